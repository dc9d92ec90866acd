using PaymentPortal.Cli;

namespace PaymentPortal.Tests.Cli;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData("--quiet-state", "verify", "--quite-state")]
    [InlineData("--to", "backup", "--too", "/tmp/copy")]
    [InlineData("--payments", "bench", "--count", "5")]
    [InlineData("none", "migrate", "--seed", "1")]
    [InlineData("settings like --Data:Directory", "serve", "--port", "5000")]
    [InlineData("settings like --Data:Directory", "--port=5000")]
    public async Task Verb_WithAnOptionThatIsNotItsOwn_IsRefusedWithThoseThatAre(string told, params string[] words)
    {
        var (code, output, errors) = await RunAsync(words);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(told, errors, StringComparison.Ordinal);
        Assert.Contains("nothing was done", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("verify", "--help")]
    public async Task Help_NamesEachVerbWithItsOptions_AndStartsNothing(params string[] words)
    {
        var (code, output, errors) = await RunAsync(words);

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("verify --quiet-state", output, StringComparison.Ordinal);
        Assert.Contains("restore --from --note", output, StringComparison.Ordinal);
        Assert.Equal(14, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task UnknownVerb_IsRefusedWithThoseThereAre()
    {
        var (code, _, errors) = await RunAsync("verfy");

        Assert.Equal(2, code);
        Assert.Contains("'verfy'", errors, StringComparison.Ordinal);
        Assert.Contains("export-ledger", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_OfTheProgramAndOfItsHost_GoToTheConfiguration()
    {
        var arguments = Arguments.Parse(["verify", "--quiet-state", "--Data:Directory", "/data", "--urls=http://127.0.0.1:5000", "--environment", "Production"], ["quiet-state"]);

        Assert.Equal("verify", arguments.Verb);
        Assert.NotNull(arguments.Find("quiet-state"));
        Assert.Equal(["--Data:Directory", "/data", "--urls=http://127.0.0.1:5000", "--environment", "Production"], arguments.Settings);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await Verbs.RunAsync(words, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
