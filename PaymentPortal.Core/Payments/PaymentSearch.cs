using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// Finds payments by whatever a person has at hand. The shape of the text says what it is, so that one question is one look at one index.
/// </summary>
public sealed class PaymentSearch(Buyers buyers)
{
    /// <summary>Sorts behind every character that a reference may hold, so that "from text to text + this" is "begins with text".</summary>
    private const string Behind = "\uFFFF";

    /// <summary>The checkouts that the text means, possibly none.</summary>
    internal IQueryable<string> Find(PortalDb db, string text)
    {
        var asked = text.Trim();
        return ByNumber(db, asked) ?? ById(db, asked) ?? ByContent(db, asked);
    }

    /// <summary>What the buyer reads out. The one question without an index of its own: it walks the ids.</summary>
    private static IQueryable<string>? ByNumber(PortalDb db, string spoken) => BuyerReference.ToIdEnding(spoken) is { } ending
        ? db.Set<PaymentEvent>().Where(payment => payment.CheckoutId.EndsWith(ending)).Select(payment => payment.CheckoutId)
        : null;

    private static IQueryable<string>? ById(PortalDb db, string id) => Prefix(id) switch
    {
        "chk_" => db.Set<PaymentEvent>().Where(payment => payment.CheckoutId == id).Select(payment => payment.CheckoutId),
        "ord_" => db.Set<PaymentOrder>().Where(order => order.PaymentOrderId == id).Select(order => order.CheckoutId),
        "att_" => db.Set<Attempt>().Where(attempt => attempt.AttemptId == id).Select(attempt => attempt.CheckoutId),
        "jrn_" => db.Set<EntryRow>().Where(entry => entry.EntryId == id && entry.CheckoutId != null).Select(entry => entry.CheckoutId!),
        "pev_" => db.Set<PortalEvent>().Where(fact => fact.EventId == id).Select(fact => fact.AggregateId),
        "cs_" => db.Set<Attempt>().Where(attempt => attempt.PspToken == id).Select(attempt => attempt.CheckoutId),
        "pi_" => db.Set<Attempt>().Where(attempt => attempt.IntentId == id).Select(attempt => attempt.CheckoutId),
        "ch_" or "py_" => db.Set<AttemptCharge>().Where(charge => charge.ChargeId == id).Select(charge => charge.CheckoutId),
        "txn_" => db.Set<EntryRow>().Where(entry => entry.Kind == EntryKind.PspFee && entry.SourceId == id && entry.CheckoutId != null).Select(entry => entry.CheckoutId!),
        "evt_" => ByPspEvent(db, id),
        _ => null,
    };

    private static IQueryable<string> ByPspEvent(PortalDb db, string id)
    {
        var received = db.Set<InboxEvent>().Where(row => row.EventId == id);
        var byNonce = from row in received join attempt in db.Set<Attempt>() on row.AttemptId equals attempt.AttemptId select attempt.CheckoutId;
        var bySession = from row in received join attempt in db.Set<Attempt>() on row.ObjectId equals attempt.PspToken select attempt.CheckoutId;
        return byNonce.Union(bySession);
    }

    private IQueryable<string> ByContent(PortalDb db, string text)
    {
        if (text.Contains('@', StringComparison.Ordinal)) return ByEmail(db, text);
        if (TryReadMoney(text, out var money)) return db.Set<PaymentEvent>().Where(payment => payment.Currency == money.Currency.Code && payment.Amount == money.Minor).Select(payment => payment.CheckoutId);
        var byReference = db.Set<PaymentEvent>()
            .Where(payment => string.Compare(payment.Reference, text) >= 0 && string.Compare(payment.Reference, text + Behind) < 0).Select(payment => payment.CheckoutId);
        var byBuyer = db.Set<PaymentEvent>().Where(payment => db.Set<Buyer>().Where(buyer => buyer.BuyerAccount == text).Select(buyer => buyer.UserId).Contains(payment.UserId)).Select(payment => payment.CheckoutId);
        var either = byReference.Union(byBuyer);
        // Four digits may be the end of a card or of somebody's short reference.
        return IsLast4(text) ? either.Union(db.Set<AttemptCharge>().Where(charge => charge.CardLast4 == text).Select(charge => charge.CheckoutId)) : either;
    }

    private IQueryable<string> ByEmail(PortalDb db, string email)
    {
        var index = buyers.EmailIndex(email);
        // A merchant may well use the address as its own account name for the buyer.
        var people = db.Set<Buyer>().Where(buyer => buyer.EmailIndex == index || buyer.BuyerAccount == email).Select(buyer => buyer.UserId);
        return db.Set<PaymentEvent>().Where(payment => people.Contains(payment.UserId)).Select(payment => payment.CheckoutId);
    }

    /// <summary>"12.50 usd" in any case.</summary>
    private static bool TryReadMoney(string text, out Money money)
    {
        money = default;
        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var amount, var code]
            && Currency.TryGet(code.ToUpperInvariant(), out var currency) && Money.TryParse(amount, currency, out money, out _);
    }

    private static bool IsLast4(string text) => text.Length == 4 && text.All(char.IsAsciiDigit);

    private static string Prefix(string text) => text.IndexOf('_', StringComparison.Ordinal) is > 0 and < 6 and var at ? text[..(at + 1)] : "";
}
