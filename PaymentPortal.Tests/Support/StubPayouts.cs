using System.Collections.Concurrent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Support;

/// <summary>The paying-out part of the PSP port without a PSP: whatever is sent is made at once, and a payout comes to what <see cref="Says"/> says when it is looked up.</summary>
internal sealed class StubPayouts(TimeProvider time) : IPayoutProvider
{
    private readonly ConcurrentDictionary<string, Money> _wanted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PspPayout> _made = new(StringComparer.Ordinal);

    public string Name => "stub";

    public PspPayoutStatus Says { get; set; } = PspPayoutStatus.Pending;

    /// <summary>A payout of the platform's account that this program did not order; with a key another one did.</summary>
    public string PayOut(Money amount, string? pspKey = null)
    {
        var id = "po_auto_" + _made.Count;
        _made[id] = new PspPayout(id, PspPayoutStatus.Pending, amount, pspKey, time.GetUtcNow(), time.GetUtcNow(), null, null);
        return id;
    }

    public PspRequest CreateTransfer(NewTransfer transfer) => Wanted("/v1/transfers", transfer.PspKey, transfer.Amount);

    public Task<PspAnswer<PspTransfer>> SendTransferAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        Answer(new PspTransfer("tr_" + pspKey, _wanted[pspKey], Money.Zero(_wanted[pspKey].Currency), "acct_stub", pspKey, time.GetUtcNow()));

    /// <summary>The transfer bears the key of the call that made it, so its amount is known by it.</summary>
    public PspRequest CreateReversal(string transferId, string pspKey) => Wanted($"/v1/transfers/{transferId}/reversals", pspKey, _wanted[transferId["tr_".Length..]]);

    public Task<PspAnswer<PspReversal>> SendReversalAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        Answer(new PspReversal("trr_" + pspKey, request.Path.Split('/')[3], _wanted[pspKey], pspKey, time.GetUtcNow()));

    public PspRequest CreatePayout(NewPspPayout payout) => Wanted("/v1/payouts", payout.PspKey, payout.Amount);

    public Task<PspAnswer<PspPayout>> SendPayoutAsync(PspRequest request, string pspKey, CancellationToken cancellationToken)
    {
        var made = new PspPayout("po_" + pspKey, PspPayoutStatus.Pending, _wanted[pspKey], pspKey, time.GetUtcNow(), time.GetUtcNow(), null, null);
        return Answer(_made[made.Id] = made);
    }

    public Task<PspAnswer<PspPayout>> FetchPayoutAsync(string? account, string payoutId, CancellationToken cancellationToken) => Answer(_made[payoutId] with { Status = Says });

    public Task<PspAnswer<PspBalance>> FetchBalanceAsync(CancellationToken cancellationToken) => Answer(new PspBalance([Books.Usd(10_000_000)], []));

    public PspRequest CancelPayout(string? account, string payoutId) => throw new NotSupportedException();

    public PspRequest CreateAccount(NewPspAccount account) => throw new NotSupportedException();

    public PspRequest ReplaceBank(string accountId, BankDetails bank, string pspKey) => throw new NotSupportedException();

    public Task<PspAnswer<PspAccount>> SendAccountAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PspAnswer<PspAccount>> FetchAccountAsync(string accountId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PspAnswer<IReadOnlyList<PspAccount>>> ListAccountsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PspAnswer<IReadOnlyList<PspTransfer>>> ListTransfersAsync(string group, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PspAnswer<IReadOnlyList<PspReversal>>> ListReversalsAsync(string transferId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PspAnswer<IReadOnlyList<PspPayout>>> ListPayoutsAsync(string? account, DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) => throw new NotSupportedException();

    private PspRequest Wanted(string path, string pspKey, Money amount)
    {
        _wanted[pspKey] = amount;
        return new PspRequest(path, pspKey);
    }

    private Task<PspAnswer<T>> Answer<T>(T value)
        where T : class =>
        Task.FromResult(new PspAnswer<T>(PspVerdict.Succeeded, value, null, new PspExchange("POST", "/stub", null, 200, "req_stub", time.GetUtcNow(), TimeSpan.Zero, "", "", IsReplay: false)));
}
