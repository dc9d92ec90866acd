using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Cli;

/// <summary>Each verb once, as a process of its own: beside a server whose books hold one payment, and alone on a folder that holds nothing.</summary>
public sealed class VerbFixture : IAsyncLifetime
{
    public const string Email = "verbs@portal.example";

    private readonly string _fresh = Directory.CreateTempSubdirectory("portal-verbs-").FullName;

    internal WholePortal Portal { get; private set; } = null!;

    internal VerbRun Migrate { get; private set; } = null!;

    internal VerbRun KeyAlone { get; private set; } = null!;

    internal VerbRun User { get; private set; } = null!;

    internal VerbRun Key { get; private set; } = null!;

    internal VerbRun Verify { get; private set; } = null!;

    internal VerbRun Csv { get; private set; } = null!;

    internal VerbRun Hledger { get; private set; } = null!;

    internal VerbRun Serve { get; private set; } = null!;

    internal VerbRun VerifyBroken { get; private set; } = null!;

    /// <summary>What the books hold before anybody tampers with them.</summary>
    internal Dictionary<LedgerFormat, string> Journal { get; } = [];

    /// <summary>The entry that was tampered with before <see cref="VerifyBroken"/>.</summary>
    internal string Entry { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Portal = await WholePortal.StartAsync();
        await PayAsync();
        foreach (var format in Enum.GetValues<LedgerFormat>()) Journal[format] = await ExportAsync(format);
        await Task.WhenAll(AloneAsync(), BesideAsync());
        await TamperAsync();
        VerifyBroken = await RunAsync("verify");
    }

    public async Task DisposeAsync()
    {
        await Portal.DisposeAsync();
        Directory.Delete(_fresh, recursive: true);
    }

    private async Task<string> ExportAsync(LedgerFormat format)
    {
        using var text = new StringWriter();
        await new LedgerExport(Portal.Services.GetRequiredService<SqlDialect>()).WriteAsync(format, text, CancellationToken.None);
        return text.ToString();
    }

    private async Task AloneAsync()
    {
        Migrate = await VerbRun.StartAsync(["migrate", "--Data:Directory", _fresh]);
        KeyAlone = await VerbRun.StartAsync(["create-api-key", "--name", "first", "--scopes", "*", "--Data:Directory", _fresh]);
    }

    private async Task BesideAsync()
    {
        User = await VerbRun.StartAsync(["create-user", "--email", Email, "--role", StaffRoles.Finance, "--Data:Directory", Portal.DataDirectory], PortalClient.Password);
        Key = await RunAsync("create-api-key", "--name", "beside", "--scopes", "ledger:read");
        Verify = await RunAsync("verify");
        Csv = await RunAsync("export-ledger", "--format", "csv");
        Hledger = await RunAsync("export-ledger", "--format", "hledger");
        Serve = await RunAsync("serve");
    }

    private Task<VerbRun> RunAsync(params string[] words) => VerbRun.StartAsync([.. words, "--Data:Directory", Portal.DataDirectory, "--urls", Portal.Address.ToString().TrimEnd('/')]);

    private async Task PayAsync()
    {
        using var client = new EngineClient(Portal.Address.ToString().TrimEnd('/'), await Portal.ApiKeyAsync());
        using var psp = new SandboxApi(new Uri(Portal.Address, "/sandbox/psp").ToString(), "sk_test_sandbox");
        var checkout = await client.CreateCheckoutAsync("verbs");
        await client.PressPayAsync(checkout.Link);
        var session = await ReadAsync("SELECT psp_token FROM attempts");
        Assert.Equal(200, (await psp.PostAsync($"/v1/payment_pages/{session}/confirm", ("payment_method", "pm_card_visa"))).Status);
        await Until.TrueAsync(async () => await ReadAsync("SELECT payment_order_status FROM payment_orders LIMIT 1") == "SUCCESS");
    }

    /// <summary>As somebody would who can write the file: one amount of one posting.</summary>
    private async Task TamperAsync()
    {
        Entry = (await ReadAsync("SELECT entry_id FROM journal_entries ORDER BY seq LIMIT 1"))!;
        await Lane.RunAsync(unit => unit.Execute("UPDATE postings SET amount = amount + 1 WHERE entry_id = $1 AND line = 1", Entry), CancellationToken.None);
    }

    private WriteLane Lane => Portal.Services.GetRequiredService<WriteLane>();

    private Task<string?> ReadAsync(string sql) => Lane.RunAsync(unit => unit.QueryFirst(sql, row => row.GetString(0)), CancellationToken.None);
}

public sealed class VerbsTests(VerbFixture verbs) : IClassFixture<VerbFixture>
{
    [Fact]
    public void Migrate_OfAnEmptyFolder_MakesTheStore()
    {
        Assert.True(verbs.Migrate.Exit == 0, verbs.Migrate.Errors);
        Assert.Contains("is up to date", verbs.Migrate.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateApiKey_WithOrWithoutAServer_PrintsTheKeyAlone()
    {
        foreach (var run in new[] { verbs.KeyAlone, verbs.Key })
        {
            Assert.True(run.Exit == 0, run.Errors);
            Assert.Matches(@"\Appk_\S+\r?\n\z", run.Output);
        }
    }

    [Theory]
    [InlineData("ledger/accounts", HttpStatusCode.OK)]
    [InlineData("checkouts", HttpStatusCode.Forbidden)]
    public async Task CreateApiKey_BesideAServer_OpensWhatItsScopesSay(string path, HttpStatusCode status)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(verbs.Portal.Address, "/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", verbs.Key.Output.Trim());

        using var answer = await client.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task CreateUser_WithThePasswordOnStandardInput_SignsIn()
    {
        Assert.True(verbs.User.Exit == 0, verbs.User.Errors);
        Assert.Equal($"{VerbFixture.Email} can sign in as Finance.", verbs.User.Output.Trim());
        Assert.DoesNotContain(PortalClient.Password, verbs.User.Output + verbs.User.Errors, StringComparison.Ordinal);
        using var visitor = verbs.Portal.Visitor();

        await visitor.SignInAsync(VerbFixture.Email);

        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/ledger")).Status);
    }

    [Fact]
    public void Verify_BesideAServer_HoldsEveryRuleOnALineOfItsOwn()
    {
        var rules = verbs.Portal.Services.GetRequiredService<InvariantRunner>().Rules.Select(rule => rule.Code);
        var quiet = QuietInvariants.Of(new VerifyScope(false)).Concat(QuietPayouts.Of(new VerifyScope(false))).Select(invariant => invariant.Code);

        Assert.True(verbs.Verify.Exit == 0, verbs.Verify.Output + verbs.Verify.Errors);
        Assert.Equal(rules.Concat(quiet).Append("psp-books").Distinct().Order(StringComparer.Ordinal), Lines(verbs.Verify).Select(line => line.Code).Order(StringComparer.Ordinal));
        Assert.All(Lines(verbs.Verify).ExceptBy(quiet.Append("psp-books"), line => line.Code), line => Assert.Equal("holds", line.Word));
        Assert.Contains("The books are sound", verbs.Verify.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OfATamperedPosting_ExitsWith1AndNamesItsEntry()
    {
        Assert.Equal(1, verbs.VerifyBroken.Exit);
        Assert.Matches($"BROKEN +chain-main [^\n]*\n +[^\n]*{verbs.Entry}", verbs.VerifyBroken.Output);
        Assert.Equal(Lines(verbs.Verify).Select(line => line.Code), Lines(verbs.VerifyBroken).Select(line => line.Code));
        Assert.Contains("THE BOOKS ARE BROKEN", verbs.VerifyBroken.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ExportLedger_BesideAServer_WritesTheJournalAlone()
    {
        foreach (var (format, run) in new[] { (LedgerFormat.Csv, verbs.Csv), (LedgerFormat.Hledger, verbs.Hledger) })
        {
            Assert.True(run.Exit == 0, run.Errors);
            Assert.Equal(verbs.Journal[format], run.Output);
        }
    }

    [Fact]
    public void Serve_BesideAServer_SaysWhoHasTheData()
    {
        Assert.Equal(2, verbs.Serve.Exit);
        Assert.Equal($"Another PaymentPortal already runs on {verbs.Portal.DataDirectory}. Stop it first, or give this one another Data:Directory.", verbs.Serve.Errors.Trim());
        Assert.Equal("", verbs.Serve.Output);
    }

    private static List<(string Word, string Code)> Lines(VerbRun run) => [.. run.Output.Split('\n')
        .Where(line => line.StartsWith("holds", StringComparison.Ordinal) || line.StartsWith("not checked", StringComparison.Ordinal) || line.StartsWith("BROKEN", StringComparison.Ordinal))
        .Select(line => (line[..11].Trim(), line[13..].Split(' ')[0]))];
}
