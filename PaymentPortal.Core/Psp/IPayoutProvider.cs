namespace PaymentPortal.Core.Psp;

/// <summary>
/// The PSP's part in paying out: sellers' accounts, transfers to them and back, and payouts to banks. The rules of
/// <see cref="IPaymentServiceProvider"/> hold: building is pure, sending takes the stored key, nothing repeats by itself, nothing throws.
/// </summary>
public interface IPayoutProvider
{
    /// <summary>The PSP's name, part of a dead letter's cause.</summary>
    string Name { get; }

    PspRequest CreateAccount(NewPspAccount account);

    /// <summary>Puts another bank in the place of the account's own.</summary>
    PspRequest ReplaceBank(string accountId, BankDetails bank, string pspKey);

    Task<PspAnswer<PspAccount>> SendAccountAsync(PspRequest request, string pspKey, CancellationToken cancellationToken);

    Task<PspAnswer<PspAccount>> FetchAccountAsync(string accountId, CancellationToken cancellationToken);

    Task<PspAnswer<IReadOnlyList<PspAccount>>> ListAccountsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken);

    PspRequest CreateTransfer(NewTransfer transfer);

    Task<PspAnswer<PspTransfer>> SendTransferAsync(PspRequest request, string pspKey, CancellationToken cancellationToken);

    Task<PspAnswer<IReadOnlyList<PspTransfer>>> ListTransfersAsync(string group, CancellationToken cancellationToken);

    /// <summary>Takes a whole transfer back.</summary>
    PspRequest CreateReversal(string transferId, string pspKey);

    Task<PspAnswer<PspReversal>> SendReversalAsync(PspRequest request, string pspKey, CancellationToken cancellationToken);

    Task<PspAnswer<IReadOnlyList<PspReversal>>> ListReversalsAsync(string transferId, CancellationToken cancellationToken);

    PspRequest CreatePayout(NewPspPayout payout);

    PspRequest CancelPayout(string? account, string payoutId);

    /// <summary>Sends what <see cref="CreatePayout"/> or <see cref="CancelPayout"/> built.</summary>
    Task<PspAnswer<PspPayout>> SendPayoutAsync(PspRequest request, string pspKey, CancellationToken cancellationToken);

    Task<PspAnswer<PspPayout>> FetchPayoutAsync(string? account, string payoutId, CancellationToken cancellationToken);

    Task<PspAnswer<IReadOnlyList<PspPayout>>> ListPayoutsAsync(string? account, DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken);

    /// <summary>What is the platform's own at the PSP and may be paid out now, per currency.</summary>
    Task<PspAnswer<PspBalance>> FetchBalanceAsync(CancellationToken cancellationToken);
}
