using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>One difference that was put into a file on purpose.</summary>
public sealed record Planted(string Kind, string BalanceTransactionId);

/// <summary>
/// Puts the settlement faults of the control API into a file's rows. Each row is spoilt in one way at most, and the choice depends on the rows
/// alone: the same period ordered again is wrong in the same places.
/// </summary>
public sealed class SettlementPlanter
{
    private const string UnknownCategory = "sandbox_unheard_of";

    private readonly SandboxUnit _unit;
    private readonly ReportOrder _order;
    private readonly List<ReportRow> _rows;
    private readonly Queue<ReportRow> _victims;
    private readonly List<Planted> _planted = [];

    private SettlementPlanter(SandboxUnit unit, ReportOrder order, List<ReportRow> rows)
    {
        (_unit, _order, _rows) = (unit, order, rows);
        _victims = new Queue<ReportRow>(rows.OrderBy(row => Mark(row.Id), StringComparer.Ordinal));
    }

    public static (IReadOnlyList<ReportRow> Rows, IReadOnlyList<Planted> Planted) Plant(SandboxUnit unit, ReportOrder order, List<ReportRow> rows, SettlementFaults faults)
    {
        if (order.Type.Family is not (ReportFamily.Activity or ReportFamily.Payouts or ReportFamily.PayoutItems))
        {
            return (rows, []);
        }

        var planter = new SettlementPlanter(unit, order, rows);
        planter.BringLate();
        planter.Spoil(faults);
        return (planter._rows, planter._planted);
    }

    private void Spoil(SettlementFaults faults)
    {
        Each("missing", faults.Missing, row => _rows.Remove(row));
        Each("late", faults.Late, Delay);
        Each("amount", faults.Amount, row => Replace(row, row with { Gross = row.Gross + Step(row) }));
        Each("currency", faults.Currency, row => Replace(row, row with { Currency = row.Currency == "eur" ? "usd" : "eur" }));
        Each("fee", faults.Fee, row => Replace(row, row with { Fee = row.Fee + Step(row) }));
        Each("duplicate", faults.Duplicate, row => _rows.Insert(_rows.IndexOf(row) + 1, row));
        Each("status", faults.Status, row => Replace(row, Belied(row)));
        Add("extra", faults.Extra, IsPayouts ? "payout" : "charge", IsPayouts ? "po_" : "ch_");
        Add("unknown", faults.Unknown, UnknownCategory, null);
    }

    private bool IsPayouts => _order.Type.Family == ReportFamily.Payouts;

    private void Each(string kind, int count, Action<ReportRow> spoil)
    {
        for (var i = 0; i < count && _victims.TryDequeue(out var row); i++)
        {
            spoil(row);
            _planted.Add(new Planted(kind, row.Id));
        }
    }

    private void Replace(ReportRow row, ReportRow spoilt) => _rows[_rows.IndexOf(row)] = spoilt;

    /// <summary>A cent, or the smallest step that the currency allows.</summary>
    private static long Step(ReportRow row) => Payments.Currencies.Decimals(row.Currency) == 3 ? 10 : 1;

    /// <summary>The same money with another outcome: what went through reads as failed.</summary>
    private static ReportRow Belied(ReportRow row) => row.Category switch
    {
        "payout" or "payout_reversal" => row with { FalseStatus = "failed" },
        "refund" => row with { Category = "refund_failure" },
        "dispute" => row with { Category = "dispute_reversal" },
        "transfer" => row with { Category = "transfer_reversal" },
        _ => row with { Category = "charge_failure" },
    };

    /// <summary>Out of this file and into the one that begins where this one ends.</summary>
    private void Delay(ReportRow row)
    {
        _rows.Remove(row);
        _unit.Db.Execute(
            "INSERT OR REPLACE INTO late_rows(family, account, id, due) VALUES(@0, @1, @2, @3)", _order.Type.Family.ToString(), _order.Account, row.Id, _order.To);
    }

    private void BringLate()
    {
        var ids = _unit.Db.Query(
            "SELECT id FROM late_rows WHERE family = @0 AND account = @1 AND due >= @2 AND due < @3 ORDER BY id", row => row.GetString(0),
            _order.Type.Family.ToString(), _order.Account, _order.From, _order.To);
        _rows.InsertRange(0, ids.Where(id => _rows.TrueForAll(row => row.Id != id)).Select(id => ReportRows.Find(_unit, id)).OfType<ReportRow>()
            .Where(_order.IsWanted));
    }

    private void Add(string kind, int count, string category, string? sourcePrefix)
    {
        var currency = _order.Currency ?? _rows.FirstOrDefault()?.Currency ?? "usd";
        for (var i = 1; i <= count; i++)
        {
            var mark = Mark($"{kind}:{_order.Type.Family}:{_order.From.ToString(CultureInfo.InvariantCulture)}:{i}");
            var amount = 1230L + (i * 10);
            var row = new ReportRow(
                $"txn_3{mark[..24]}", _order.From, _order.From, currency, IsPayouts || sourcePrefix is null ? -amount : amount, 0, category,
                sourcePrefix is null ? null : $"{sourcePrefix}3{mark[24..48]}") { Description = $"Planted: {kind}" };
            _rows.Add(row);
            _planted.Add(new Planted(kind, row.Id));
        }
    }

    private static string Mark(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
