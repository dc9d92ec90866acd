using System.Net;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Support;

/// <summary>
/// The part of the PSP port that gives money back, without a PSP. It makes one refund for each key and never asks whether the charge has that much
/// left: that is ours to know. With dice it loses, delays and refuses answers.
/// </summary>
internal sealed class StubReturns(TimeProvider time, Func<int, int>? dice = null) : IPspReturns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NewRefund> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PspRefund> _byKey = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PspDispute> _disputes = new(StringComparer.Ordinal);

    public string Name => "stub";

    public PspRequest CreateRefund(NewRefund refund)
    {
        lock (_lock) _wanted[refund.PspKey] = refund;
        return new PspRequest("/v1/refunds", refund.PspKey);
    }

    public Task<PspAnswer<PspRefund>> SendRefundAsync(PspRequest request, string pspKey, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_broken.Contains(pspKey)) return NoAnswer<PspRefund>(PspVerdict.Unknown, HttpStatusCode.InternalServerError, isReplay: true);
            if (_byKey.TryGetValue(pspKey, out var made)) return Answer(made);
            switch (dice?.Invoke(12))
            {
                case 0:
                    return NoAnswer<PspRefund>(PspVerdict.Unknown, null);
                case 1:
                    Make(pspKey, PspRefundStatus.Succeeded);
                    return NoAnswer<PspRefund>(PspVerdict.Unknown, null);
                case 2:
                    _broken.Add(pspKey);
                    return NoAnswer<PspRefund>(PspVerdict.Unknown, HttpStatusCode.InternalServerError);
                case 3:
                    return NoAnswer<PspRefund>(PspVerdict.NotSent, HttpStatusCode.TooManyRequests);
                case 4 or 5:
                    return NoAnswer<PspRefund>(PspVerdict.Rejected, HttpStatusCode.BadRequest);
                case 6 or 7:
                    return Answer(Make(pspKey, PspRefundStatus.Pending));
                default:
                    return Answer(Make(pspKey, PspRefundStatus.Succeeded));
            }
        }
    }

    /// <summary>The bank has spoken by now: one in three refunds that took their time comes back.</summary>
    public Task<PspAnswer<PspRefund>> FetchRefundAsync(string refundId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var (key, refund) = _byKey.Single(one => one.Value.Id == refundId);
            if (refund.Status != PspRefundStatus.Pending) return Answer(refund);
            var comesBack = dice?.Invoke(3) == 0;
            return Answer(_byKey[key] = comesBack ? refund with { Status = PspRefundStatus.Failed, GivenBack = Movement("txn_back_" + key, refund.Amount) } : refund with { Status = PspRefundStatus.Succeeded });
        }
    }

    public Task<PspAnswer<IReadOnlyList<PspRefund>>> ListRefundsAsync(string intentId, CancellationToken cancellationToken) => Answer(Of(intentId));

    /// <summary>Every refund of an intent that the PSP made, those that came back included.</summary>
    public IReadOnlyList<PspRefund> Of(string intentId)
    {
        lock (_lock) return [.. _byKey.Where(one => _wanted[one.Key].IntentId == intentId).Select(one => one.Value)];
    }

    /// <summary>A dispute that it has; an answer to it goes under review or ends it.</summary>
    public void Know(PspDispute dispute)
    {
        lock (_lock) _disputes[dispute.Id] = dispute;
    }

    public PspRequest UpdateDispute(string disputeId, IReadOnlyDictionary<string, string> evidence, bool isSubmitted, string pspKey) => new(disputeId, $"{(isSubmitted ? "submit" : "stage")} {pspKey}");

    public PspRequest CloseDispute(string disputeId) => new(disputeId, "close");

    public Task<PspAnswer<PspDispute>> SendDisputeAsync(PspRequest request, string pspKey, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var dispute = _disputes[request.Path];
            return Answer(_disputes[request.Path] = request.Body.Split(' ')[0] switch
            {
                "close" => dispute with { Status = PspDisputeStatus.Lost },
                "submit" => dispute with { Status = PspDisputeStatus.UnderReview, HasEvidence = true, Submissions = 1, PspKey = pspKey },
                _ => dispute with { HasEvidence = true, PspKey = pspKey },
            });
        }
    }

    public Task<PspAnswer<PspDispute>> FetchDisputeAsync(string disputeId, CancellationToken cancellationToken)
    {
        lock (_lock) return Answer(_disputes[disputeId]);
    }

    public Task<PspAnswer<IReadOnlyList<PspDispute>>> ListDisputesAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) => throw new NotSupportedException();

    private PspRefund Make(string key, PspRefundStatus status)
    {
        var amount = _wanted[key].Amount;
        return _byKey[key] = new PspRefund("re_" + key, status, amount, null, key, null, time.GetUtcNow(), Movement("txn_" + key, -amount), null);
    }

    private PspBalanceTransaction Movement(string id, Money amount) => new(id, amount, Money.Zero(amount.Currency), amount, time.GetUtcNow(), time.GetUtcNow());

    private Task<PspAnswer<T>> Answer<T>(T value)
        where T : class => Task.FromResult(new PspAnswer<T>(PspVerdict.Succeeded, value, null, Exchange(HttpStatusCode.OK, isReplay: false)));

    private Task<PspAnswer<T>> NoAnswer<T>(PspVerdict verdict, HttpStatusCode? status, bool isReplay = false)
        where T : class =>
        Task.FromResult(new PspAnswer<T>(verdict, null, new PspError((int?)status, status is null ? null : "api_error", null, null, null, "No."), Exchange(status, isReplay)));

    private PspExchange Exchange(HttpStatusCode? status, bool isReplay) => new("POST", "/stub", null, (int?)status, "req_stub", time.GetUtcNow(), TimeSpan.Zero, "", "", isReplay);
}
