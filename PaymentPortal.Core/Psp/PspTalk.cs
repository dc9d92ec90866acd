using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>One kept call, opened for a person who may see it.</summary>
public sealed record PspTalkLine(
    PspExchangeId Id,
    string Item,
    PspVerdict Verdict,
    string? ErrorCode,
    PspExchange Exchange);

/// <summary>A call ready to be kept: its bodies sealed under the id that it will have.</summary>
public sealed record SealedTalk(PspExchangeId Id, PspVerdict Verdict, PspError? Error, PspExchange Exchange, Sealed Request, Sealed Response)
{
    public override string ToString() => $"{Exchange.Method} {Exchange.Path}: {Verdict}";
}

/// <summary>Keeps what we and the PSP said to each other, for a payment's timeline. Only ever adds.</summary>
public sealed class PspTalk(FieldCipher cipher)
{
    private const string Insert = """
        INSERT INTO psp_exchanges (exchange_id, item, checkout_id, method, path, psp_key, verdict, http_status, error_code, request_id, is_replay, started_at, latency_us, request, response)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    /// <summary>A page shows the newest of them; a payment that was asked about more often than this is looked at by other means.</summary>
    private const int ListLimit = 500;

    /// <summary>Seals a call before the unit that keeps it: the lane has better things to do than to encrypt.</summary>
    public SealedTalk Seal<T>(PspAnswer<T> answer)
        where T : class
    {
        var exchange = answer.Exchange;
        var id = Ids.New<PspExchangeId>(exchange.StartedAt);
        return new SealedTalk(id, answer.Verdict, answer.Error, exchange,
            cipher.Seal(PspExchangeRow.Table, id.Value, "request", exchange.RequestBody), cipher.Seal(PspExchangeRow.Table, id.Value, "response", exchange.ResponseBody));
    }

    public void Write<T>(UnitOfWork unit, string item, CheckoutId? checkout, PspAnswer<T> answer)
        where T : class => Write(unit, item, checkout, Seal(answer));

    public void Write(UnitOfWork unit, string item, CheckoutId? checkout, SealedTalk talk)
    {
        var exchange = talk.Exchange;
        // Held back by our own guard: nothing was said, and an outage would fill the store with it.
        if (talk.Verdict == PspVerdict.NotSent && exchange.HttpStatus is null) return;
        unit.Execute(Insert, talk.Id.Value, item, checkout?.Value, exchange.Method, exchange.Path, exchange.PspKey, talk.Verdict, exchange.HttpStatus,
            talk.Error?.Code ?? talk.Error?.Type, exchange.RequestId, exchange.IsReplay, exchange.StartedAt, exchange.Latency.Ticks / TimeSpan.TicksPerMicrosecond,
            talk.Request.Bytes, talk.Response.Bytes);
    }

    /// <summary>The calls of one checkout, newest first.</summary>
    public async Task<IReadOnlyList<PspTalkLine>> ListAsync(PortalDb db, CheckoutId checkout, CancellationToken cancellationToken)
    {
        var rows = await db.Set<PspExchangeRow>().AsNoTracking().Where(row => row.CheckoutId == checkout.Value)
            .OrderByDescending(row => row.ExchangeId).Take(ListLimit).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(Open)];
    }

    /// <summary>The calls of one item, newest first.</summary>
    public async Task<IReadOnlyList<PspTalkLine>> ListAsync(PortalDb db, string item, CancellationToken cancellationToken)
    {
        var rows = await db.Set<PspExchangeRow>().AsNoTracking().Where(row => row.Item == item)
            .OrderByDescending(row => row.ExchangeId).Take(ListLimit).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(Open)];
    }

    private PspTalkLine Open(PspExchangeRow row) => new(PspExchangeId.Wrap(row.ExchangeId), row.Item, row.Verdict, row.ErrorCode, new PspExchange(
        row.Method, row.Path, row.PspKey, row.HttpStatus, row.RequestId, row.StartedAt, TimeSpan.FromMicroseconds(row.LatencyUs),
        cipher.Open(PspExchangeRow.Table, row.ExchangeId, "request", row.Request),
        cipher.Open(PspExchangeRow.Table, row.ExchangeId, "response", row.Response), row.IsReplay));
}
