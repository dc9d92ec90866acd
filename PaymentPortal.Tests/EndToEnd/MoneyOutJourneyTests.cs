using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Security;
using PaymentPortal.Tests.Demo;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>
/// Money on its way out and back, in a real browser against the whole program: a seller is paid when a second person agrees, a refund does what its dry run
/// showed, disputed money is held and then won or lost; in the end ledger and PSP agree to the cent.
/// </summary>
[Collection(Browser.Collection)]
public sealed partial class MoneyOutJourneyTests(Browser browser, WholePortalFixture fixture) : IClassFixture<WholePortalFixture>, IAsyncLifetime
{
    private const string Seller = "tea-house";
    private static readonly TimeSpan AtTheBank = TimeSpan.FromSeconds(10);

    private EngineClient _api = null!;
    private SandboxApi _psp = null!;

    public async Task InitializeAsync()
    {
        var address = fixture.Portal.Address.ToString().TrimEnd('/');
        var key = await fixture.Portal.Services.GetRequiredService<ApiKeyService>().CreateAsync("journey", [ApiScopes.Everything], null, Actor.Program("test"), CancellationToken.None);
        (_api, _psp) = (new EngineClient(address, key.Value.Key), new SandboxApi(address + "/sandbox/psp", "sk_test_sandbox"));
    }

    public Task DisposeAsync()
    {
        _api.Dispose();
        _psp.Dispose();
        return Task.CompletedTask;
    }

    [SkippableFact]
    public async Task Seller_IsPaidAndRefundedAndDisputed_AndBothBooksAgree()
    {
        var (maker, checker) = (await SignInAsync("maker@portal.example"), await SignInAsync("checker@portal.example"));
        var put = await _api.SendAsync(HttpMethod.Put, "/api/v1/sellers/" + Seller, PayoutRig.SellerBody());
        Assert.True(put.Status == 200, put.Text);
        await Until.TrueAsync(async () => await ScalarAsync("SELECT COUNT(*) FROM seller_accounts WHERE seller_account = $1 AND is_payouts_enabled AND bank_sent_version = bank_version", Seller) == 1);
        await SellAsync("1500.00", "pm_card_bypassPending", "float");
        await SellAsync("1500.00", "pm_card_bypassPending");

        await PayOutAsync(maker, checker);
        await RefundAsync(maker, await SellAsync("100.00"));
        await DisputeAsync(maker, "winning_evidence", "WON", payable: "416.67");
        await DisputeAsync(maker, "losing_evidence", "LOST", payable: "416.67");

        Assert.Equal(("416.67", "0.00"), await WalletAsync());
        await AssertBooksAgreeAsync();
    }

    /// <summary>Above the limit: it goes out when another person of finance has seen its lines and agreed.</summary>
    private async Task PayOutAsync(IPage maker, IPage checker)
    {
        await maker.GotoAsync("/sellers/" + Seller);
        await maker.WaitForCircuitAsync();
        await maker.GetByLabel("Amount in USD").FillAsync("1200.00");
        await maker.GetByRole(AriaRole.Button, new() { Name = "Ask for payout", Exact = true }).First.ClickAsync();
        await maker.GetByLabel("Reason").FillAsync("The week's sales");
        await maker.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Ask for payout", Exact = true }).ClickAsync();
        await maker.WaitToBeAtAsync("**/payouts/out_*");
        var payout = maker.Url[(maker.Url.LastIndexOf('/') + 1)..];
        Assert.Equal(("300.00", "1200.00"), await WalletAsync());

        await checker.GotoAsync("/approvals/" + await TextAsync("SELECT approval_id FROM approvals WHERE subject_id = $1 AND state = 'Pending'", payout));
        await checker.WaitForCircuitAsync();
        var shown = await LinesAsync(checker.GetByTestId("ledger-lines"));
        await checker.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).First.ClickAsync();
        await checker.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Assertions.Expect(checker.GetByText("Approved and done.")).ToBeVisibleAsync();
        await Until.TrueAsync(async () => await TextAsync("SELECT status FROM payouts WHERE payout_id = $1", payout) == "IN_TRANSIT");
        await fixture.Portal.Sandbox.AdvanceClockAsync(AtTheBank);
        await Until.TrueAsync(async () => await TextAsync("SELECT status FROM payouts WHERE payout_id = $1", payout) == "PAID");

        await maker.GotoAsync("/payouts/" + payout);
        await Assertions.Expect(maker.Locator("[data-state=succeeded]").First).ToContainTextAsync("Paid");
        Assert.Equal(shown, await BookedAsync("'PayoutTransfer', 'PayoutPaid'"));
        Assert.Equal(("300.00", "0.00"), await WalletAsync());
    }

    /// <summary>A third of a sale: lines and wallet are what the dry run showed.</summary>
    private async Task RefundAsync(IPage page, MadeCheckout sale)
    {
        await page.GotoAsync("/payments/" + sale.Id);
        await page.WaitForCircuitAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Refund", Exact = true }).ClickAsync();
        await page.GetByLabel("Amount, ").FillAsync("33.33");
        await page.GetByLabel("Reason").FillAsync("A third came broken");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it books" }).ClickAsync();
        var shown = await LinesAsync(page.GetByTestId("refund-lines"));
        var wallet = await page.GetByTestId("refund-wallet").InnerTextAsync();
        Assert.Equal(0, await ScalarAsync("SELECT COUNT(*) FROM refunds"));
        await page.GetByTestId("refund").GetByRole(AriaRole.Button, new() { Name = "Refund " }).ClickAsync();
        await Until.TrueAsync(async () => await TextAsync("SELECT status FROM refunds WHERE checkout_id = $1", sale.Id) == "SUCCEEDED");

        Assert.Equal(shown, await BookedAsync("'RefundAsked', 'RefundAccepted'"));
        var (payable, _) = await WalletAsync();
        Assert.Equal(["400.00", payable], Figures().Matches(wallet).Select(match => match.Value));
        Assert.Equal("366.67", payable);
    }

    /// <summary>Held from the bank's word on; what the evidence wins is the seller's again, what it loses is not.</summary>
    private async Task DisputeAsync(IPage page, string evidence, string end, string payable)
    {
        var sale = await SellAsync("50.00", "pm_card_createDispute");
        await Until.TrueAsync(async () => await TextAsync("SELECT status FROM disputes WHERE checkout_id = $1 AND is_withdrawn", sale.Id) == "NEEDS_RESPONSE");
        Assert.Equal("50.00", (await WalletAsync()).Held);

        await page.GotoAsync("/disputes/" + await TextAsync("SELECT dispute_id FROM disputes WHERE checkout_id = $1", sale.Id));
        await page.WaitForCircuitAsync();
        await Assertions.Expect(page.GetByTestId("shares")).ToContainTextAsync("held back");
        await page.GetByLabel("What happened, in your words").FillAsync(evidence);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save evidence" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved. The bank sees nothing of it until it is submitted.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit evidence", Exact = true }).ClickAsync();
        await page.Locator("dialog[open]").GetByLabel("Type ").FillAsync("submit");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Submit evidence", Exact = true }).ClickAsync();
        await Until.TrueAsync(async () => await TextAsync("SELECT status FROM disputes WHERE checkout_id = $1", sale.Id) == end);

        await page.ReloadAsync();
        await Assertions.Expect(page.GetByTestId("shares")).ToContainTextAsync(end == "WON" ? "the seller's again" : "lost");
        Assert.Equal((payable, "0.00"), await WalletAsync());
    }

    private async Task AssertBooksAgreeAsync()
    {
        var report = await fixture.Portal.Services.GetRequiredService<InvariantRunner>().RunAsync(_ => { }, CancellationToken.None);
        Assert.Empty(report.Lines.Where(line => line.State == InvariantState.Broken).Select(line => $"{line.Code}: {string.Join("; ", line.Findings)}"));
        var books = await fixture.Portal.Sandbox.BooksAsync();
        var theirs = books.Currencies["usd"];
        Assert.Equal(
            (theirs.Gross, theirs.Refunds, theirs.Disputes, theirs.Fees, theirs.Transfers, theirs.Payouts, theirs.Balance),
            (await SumAsync("psp:clearing", "PayIn"), -await SumAsync("psp:clearing", "RefundAccepted"), await SumAsync("disputes:open", "DisputeWithdrawn", "DisputeReinstated"),
                await SumAsync("psp:fees"), -await SumAsync("psp:clearing", "PayoutTransfer"), 0L, await SumAsync("psp:clearing")));
        var account = books.Accounts[(await TextAsync("SELECT psp_account FROM seller_accounts WHERE seller_account = $1", Seller))!]["usd"];
        Assert.Equal((account.Received, account.Payouts, 0L), (await SumAsync("psp:connected:" + Seller, "PayoutTransfer"), -await SumAsync("psp:connected:" + Seller, "PayoutPaid"), await SumAsync("psp:connected:" + Seller)));
    }

    private async Task<MadeCheckout> SellAsync(string amount, string method = "pm_card_visa", string seller = Seller)
    {
        var answer = await _api.PostAsync("/api/v1/checkouts", Guid.NewGuid().ToString(), $$"""{"buyer_account":"buyer-1","currency":"USD","orders":[{"seller_account":"{{seller}}","amount":"{{amount}}"}]}""");
        Assert.True(answer.Status == 201, answer.Text);
        var checkout = new MadeCheckout((string)answer.Body["checkout_id"]!, ((string)answer.Body["checkout_url"]!).Split('/')[^1]);
        await Until.TrueAsync(async () => await fixture.Portal.Services.GetRequiredService<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None) is PayAnswer.ToPsp);
        await _psp.PostAsync($"/v1/payment_pages/{await TextAsync("SELECT psp_token FROM attempts WHERE checkout_id = $1", checkout.Id)}/confirm", ("payment_method", method));
        await Until.TrueAsync(async () => await TextAsync("SELECT status FROM payment_events WHERE checkout_id = $1", checkout.Id) == "SUCCESS");
        return checkout;
    }

    private async Task<IPage> SignInAsync(string email)
    {
        await using (var scope = fixture.Portal.Services.CreateAsyncScope())
        {
            var made = await scope.ServiceProvider.GetRequiredService<StaffAccounts>().CreateAsync(email, StaffRoles.Finance, PortalClient.Password, CancellationToken.None);
            Assert.False(made.IsRefused, made.Refusal?.Text);
        }
        var page = await browser.NewPageAsync(fixture.Portal.Address);
        await page.SignInAsync(email);
        return page;
    }

    private async Task<(string Payable, string Held)> WalletAsync()
    {
        var balance = (JsonObject)(await _api.GetAsync("/api/v1/wallets/" + Seller)).Body["balances"]!.AsArray().Single()!;
        return ((string)balance["payable"]!, (string)balance["held"]!);
    }

    /// <summary>The rows of a table of lines as the page shows them: account, debit, credit.</summary>
    private static async Task<IReadOnlyList<string>> LinesAsync(ILocator table)
    {
        var rows = table.Locator("tbody tr");
        await Assertions.Expect(rows.First).ToBeVisibleAsync();
        return await rows.EvaluateAllAsync<string[]>("rows => rows.map(row => [row.cells[0].innerText.trim(), ...[1, 2].map(at => row.cells[at].querySelector('[data-minor]')?.dataset.minor ?? '')].join(' | '))");
    }

    /// <summary>The same as it stands in the ledger.</summary>
    private async Task<IReadOnlyList<string>> BookedAsync(string kinds) => await Lane.RunAsync(
        unit => unit.Query(
            $"SELECT p.account, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind IN ({kinds}) ORDER BY e.seq, p.line",
            row => row.GetInt64(1) > 0 ? $"{row.GetString(0)} | {row.GetInt64(1)} | " : $"{row.GetString(0)} |  | {-row.GetInt64(1)}"),
        CancellationToken.None);

    private Task<long> SumAsync(string account, params string[] kinds) => ScalarAsync(
        $"SELECT COALESCE(SUM(p.amount), 0) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE p.currency = 'USD' AND p.account = $1"
        + (kinds.Length == 0 ? "" : $" AND e.kind IN ({string.Join(", ", kinds.Select(kind => $"'{kind}'"))})"), account);

    private WriteLane Lane => fixture.Portal.Services.GetRequiredService<WriteLane>();

    private Task<long> ScalarAsync(string sql, params object[] values) => Lane.RunAsync(unit => unit.Scalar(sql, values), CancellationToken.None);

    private Task<string?> TextAsync(string sql, params object[] values) => Lane.RunAsync(unit => unit.QueryFirst(sql, row => row.TextOrNull(0), values), CancellationToken.None);

    [GeneratedRegex(@"[\d,]+\.\d\d")]
    private static partial Regex Figures();
}
