using PaymentPortal.Core.Ledger;
using PaymentPortal.Pages.Ledger;

namespace PaymentPortal.Tests.Pages.Ledger;

/// <summary>Each template of an entry by hand: which account is debited and which credited, and what is not an entry at all.</summary>
public sealed class ManualFormTests
{
    [Theory]
    [InlineData(ManualTemplate.FeeCorrection, false, "psp:fees 450; psp:clearing -450")]
    [InlineData(ManualTemplate.FeeCorrection, true, "psp:clearing 450; psp:fees -450")]
    [InlineData(ManualTemplate.WriteOff, false, "adjustments:writeoff 450; bank:main -450")]
    [InlineData(ManualTemplate.WriteOff, true, "bank:main 450; adjustments:writeoff -450")]
    [InlineData(ManualTemplate.SuspenseToOrder, false, "suspense 450; seller:seller-1:payable -437; platform:fees -13")]
    [InlineData(ManualTemplate.SuspenseToOrder, true, "suspense 450; seller:seller-1:payable -437; platform:fees -13")]
    public void Read_OfEachTemplate_PutsEachAmountOnItsSide(ManualTemplate template, bool isOpposite, string lines)
    {
        var form = new ManualForm { Template = template, Amount = "4.50", Fee = "0.13", Account = "bank:main", Seller = "seller-1", IsOpposite = isOpposite };

        Assert.Equal(lines, Text(form.Read(out var fault)));
        Assert.Null(fault);
    }

    [Fact]
    public void Read_OfFreeLines_TakesThemAsTheyAre()
    {
        var form = new ManualForm { Template = ManualTemplate.Free, Currency = "jpy" };
        (form.Lines[0].Account, form.Lines[0].Debit) = ("bank:main", "450");
        (form.Lines[2].Account, form.Lines[2].Credit) = ("disputes:lost", "450");

        Assert.Equal("bank:main 450; disputes:lost -450", Text(form.Read(out _)));
    }

    [Theory]
    [InlineData(ManualTemplate.SuspenseToOrder, "4.50", "4.50", "seller-1", "suspense 450; platform:fees -450")]
    [InlineData(ManualTemplate.SuspenseToOrder, "4.50", "", "seller-1", "suspense 450; seller:seller-1:payable -450")]
    [InlineData(ManualTemplate.SuspenseToOrder, "4.50", "4.51", "seller-1", null)]
    [InlineData(ManualTemplate.SuspenseToOrder, "4.50", "-0.01", "seller-1", null)]
    [InlineData(ManualTemplate.SuspenseToOrder, "4.50", "0.13", "no such seller", null)]
    [InlineData(ManualTemplate.FeeCorrection, "0", "", "", null)]
    [InlineData(ManualTemplate.FeeCorrection, "-1.00", "", "", null)]
    [InlineData(ManualTemplate.FeeCorrection, "1.005", "", "", null)]
    [InlineData(ManualTemplate.FeeCorrection, "9223372036854775808", "", "", null)]
    [InlineData(ManualTemplate.WriteOff, "4.50", "", "", null)]
    public void Read_AtItsEdges_IsAnEntryOrNamesTheFault(ManualTemplate template, string amount, string fee, string seller, string? lines)
    {
        var form = new ManualForm { Template = template, Amount = amount, Fee = fee, Account = "seller:seller-1:held", Seller = seller };

        Assert.Equal(lines, Text(form.Read(out var fault)));
        Assert.Equal(lines is null, fault is not null);
    }

    [Theory]
    [InlineData("bank:main", "4.50", "4.50", "The line of bank:main needs a debit or a credit, and not both.")]
    [InlineData("bank:main", "", "", "The line of bank:main needs a debit or a credit, and not both.")]
    [InlineData("bank:none", "4.50", "", "'bank:none' is not an account of the chart.")]
    public void Read_OfAFreeLineThatIsNone_NamesTheFault(string account, string debit, string credit, string said)
    {
        var form = new ManualForm { Template = ManualTemplate.Free };
        (form.Lines[0].Account, form.Lines[0].Debit, form.Lines[0].Credit) = (account, debit, credit);
        (form.Lines[1].Account, form.Lines[1].Credit) = ("suspense", "4.50");

        Assert.Null(form.Read(out var fault));
        Assert.Equal(said, fault);
    }

    private static string? Text(IReadOnlyList<Posting>? lines) => lines is null ? null : string.Join("; ", lines.Select(line => $"{line.Account} {line.Amount.Minor}"));
}
