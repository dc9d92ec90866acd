namespace PaymentPortal.Core.Ledger;

/// <summary>Which side of the books an account stands on. Assets and expenses grow by debits, liabilities and income by credits.</summary>
public enum AccountKind
{
    Asset,
    Liability,
    Income,
    Expense,
}
