using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>The console's section about money: the sandbox's books, the payout that its schedule would make, and what connected accounts have.</summary>
public static class BookSection
{
    private const int MostAccounts = 25;

    private static readonly string[] Heads =
        ["Currency", "Charged", "Refunds", "Disputes", "Fees", "Transfers", "Payouts", "Balance", "Available", "Pending"];

    private static readonly string[] AccountHeads = ["Account", "Currency", "Received", "Paid out", "Available", "Pending"];

    public static string Show(SandboxBooks books) => Html.Section(
        "books", "Books", "The sandbox’s own truth, added up anew from its objects. The portal’s ledger has to agree.",
        books.Currencies.Count == 0
            ? "<p>No money has moved yet.</p>"
            : Html.Table("Books", Heads, books.Currencies.Select(book => Row(book.Key, book.Value))) + PayoutButtons(books) + Accounts(books));

    private static string Row(string currency, CurrencyBook book) => $"""<th scope="row">{currency.ToUpperInvariant()}</th>""" + Amounts(
        currency, book.Gross, book.Refunds, book.Disputes, book.Fees, book.Transfers, book.Payouts, book.Balance, book.Available, book.Pending);

    private static string PayoutButtons(SandboxBooks books)
    {
        var buttons = books.Currencies.Where(book => book.Value.Available > 0).Select(book => $"""
            <button type="submit" name="currency" value="{book.Key}">Pay out {Currencies.Display(book.Value.Available, book.Key)} automatically</button>
            """).ToList();
        return buttons.Count == 0
            ? """<p class="hint">Nothing is available for an automatic payout yet.</p>"""
            : Html.Form("automatic-payout", string.Concat(buttons), "row below");
    }

    private static string Accounts(SandboxBooks books)
    {
        var rows = books.Accounts.Take(MostAccounts).SelectMany(account => account.Value.Select(book => AccountRow(account.Key, book.Key, book.Value))).ToList();
        return rows.Count == 0 ? "" : "<h3>Connected accounts</h3>" + Html.Table("Connected accounts", AccountHeads, rows);
    }

    private static string AccountRow(string account, string currency, AccountBook book) =>
        $"""<th scope="row"><a href="{ApiPaths.Console}/objects/{Html.Encode(account)}">{Html.Encode(account)}</a></th><td>{currency.ToUpperInvariant()}</td>"""
        + Amounts(currency, book.Received, book.Payouts, book.Available, book.Pending);

    private static string Amounts(string currency, params ReadOnlySpan<long> amounts)
    {
        var cells = new System.Text.StringBuilder();
        foreach (var amount in amounts)
        {
            cells.Append($"""<td class="number">{Currencies.Plain(amount, currency)}</td>""");
        }

        return cells.ToString();
    }
}
