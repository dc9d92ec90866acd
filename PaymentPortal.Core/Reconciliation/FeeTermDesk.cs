using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>New terms as a person types them: percents and the fixed part as text, the first UTC day on which they hold.</summary>
public sealed record NewFeeTerm(string Currency, string Percent, string Fixed, DateOnly ValidFrom, string Reason);

/// <summary>Keeps what a PSP's contract says. It moves no money: it only says what the report of fees expects.</summary>
public sealed class FeeTermDesk(WriteLane lane, SqlDialect dialect, AuditLog audit)
{
    internal const string Set = "fee-terms.set";

    private static readonly DateOnly Earliest = new(2000, 1, 1);

    /// <summary>By currency, what holds last first.</summary>
    public async Task<IReadOnlyList<FeeTerm>> ListAsync(CancellationToken cancellationToken)
    {
        await using var reader = dialect.OpenReader();
        return await reader.ReadAsync(
            $"SELECT {FeeTerm.Columns} FROM fee_terms WHERE psp = $1 ORDER BY currency, valid_from DESC, version DESC", [SettlementGate.Psp], FeeTerm.Read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The answer is the version.</summary>
    public Task<Result<int>> SetAsync(NewFeeTerm wanted, Actor actor, CancellationToken cancellationToken)
    {
        if (!Currency.TryGet(wanted.Currency.Trim().ToUpperInvariant(), out var currency))
            return Refused(RefusalCodes.UnknownCurrency, $"'{StoredText.Cut(wanted.Currency)}' is no currency of ISO 4217.", "currency");
        if (!Share.TryParse(wanted.Percent.Trim(), out var share)) return Refused(RefusalCodes.Invalid, "The share is percents from 0 to 100 with at most four decimals, like 2.9.", "percent");
        if (!Money.TryParse(wanted.Fixed.Trim(), currency, out var part, out var fault)) return Refused(RefusalCodes.InvalidAmount, $"The fixed part {fault}.", "fixed");
        if (wanted.ValidFrom < Earliest || wanted.ValidFrom.Year > 9990) return Refused(RefusalCodes.Invalid, "Give the first day on which the terms hold.", "valid_from");
        if (string.IsNullOrWhiteSpace(wanted.Reason) || wanted.Reason.Length > 400) return Refused(RefusalCodes.Missing, "Say in 1 to 400 characters where these terms stand: it stays with them for ever.", "reason");
        var from = new DateTimeOffset(wanted.ValidFrom.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return lane.RunAsync<Result<int>>(unit => Store(unit, currency, share, part, from, wanted.Reason.Trim(), actor), cancellationToken);
    }

    private int Store(UnitOfWork unit, Currency currency, Share share, Money part, DateTimeOffset from, string reason, Actor actor)
    {
        var version = (int)unit.Scalar("SELECT COALESCE(MAX(version), 0) + 1 FROM fee_terms WHERE psp = $1 AND currency = $2", SettlementGate.Psp, currency.Code);
        unit.Execute(
            $"INSERT INTO fee_terms ({FeeTerm.Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            SettlementGate.Psp, currency.Code, version, from, share.PartsPerMillion, part.Minor, reason, actor.Value, unit.Now);
        audit.Write(unit, new AuditEntry(actor, Set, $"{SettlementGate.Psp}/{currency}")
        {
            Reason = reason,
            After = FeeTerm.Words(version, share, part, from),
        });
        return version;
    }

    private static Task<Result<int>> Refused(string code, string text, string field) => Task.FromResult<Result<int>>(new Refusal(code, 422, text + " Nothing was stored.", field));
}
