using System.Text.Json;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>The part of Stripe's API that pays out, over the same wire, guard and verdicts as <see cref="StripeClient"/>.</summary>
public sealed class StripePayouts(StripeClient client) : IPayoutProvider
{
    public string Name => client.Name;

    public PspRequest CreateAccount(NewPspAccount account) => StripePayoutRequests.CreateAccount(account);

    public PspRequest ReplaceBank(string accountId, BankDetails bank, string pspKey) => StripePayoutRequests.ReplaceBank(accountId, bank, pspKey);

    public Task<PspAnswer<PspAccount>> SendAccountAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        client.PostAsync(request, pspKey, Meant(
            StripePayoutObjects.Account, account => request.Path == StripePayoutRequests.Accounts ? account.PspKey == pspKey : request.Path == StripePayoutRequests.Account(account.Id) && account.BankKey == pspKey), cancellationToken);

    public Task<PspAnswer<PspAccount>> FetchAccountAsync(string accountId, CancellationToken cancellationToken) =>
        client.GetAsync(StripePayoutRequests.Account(accountId), Meant(StripePayoutObjects.Account, account => account.Id == accountId), cancellationToken);

    public Task<PspAnswer<IReadOnlyList<PspAccount>>> ListAccountsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) =>
        client.ListAsync(StripeRequests.Created(StripePayoutRequests.Accounts, createdFrom, createdTo), Own(StripePayoutObjects.Account), cancellationToken);

    public PspRequest CreateTransfer(NewTransfer transfer) => StripePayoutRequests.CreateTransfer(transfer);

    public Task<PspAnswer<PspTransfer>> SendTransferAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        client.PostAsync(request, pspKey, Meant(StripePayoutObjects.Transfer, transfer => transfer.PspKey == pspKey), cancellationToken);

    public Task<PspAnswer<IReadOnlyList<PspTransfer>>> ListTransfersAsync(string group, CancellationToken cancellationToken) =>
        client.ListAsync(StripePayoutRequests.TransfersOf(group), Own(StripePayoutObjects.Transfer), cancellationToken);

    public PspRequest CreateReversal(string transferId, string pspKey) => StripePayoutRequests.CreateReversal(transferId, pspKey);

    public Task<PspAnswer<PspReversal>> SendReversalAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        client.PostAsync(request, pspKey, Meant(StripePayoutObjects.Reversal, reversal => reversal.PspKey == pspKey), cancellationToken);

    public Task<PspAnswer<IReadOnlyList<PspReversal>>> ListReversalsAsync(string transferId, CancellationToken cancellationToken) =>
        client.ListAsync(StripePayoutRequests.Reversals(transferId), Own(StripePayoutObjects.Reversal), cancellationToken);

    public PspRequest CreatePayout(NewPspPayout payout) => StripePayoutRequests.CreatePayout(payout);

    public PspRequest CancelPayout(string? account, string payoutId) => StripePayoutRequests.CancelPayout(account, payoutId);

    public Task<PspAnswer<PspPayout>> SendPayoutAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        client.PostAsync(request, pspKey, Meant(
            StripePayoutObjects.Payout, payout => request.Path == StripePayoutRequests.Payouts ? payout.PspKey == pspKey : request.Path == StripePayoutRequests.Payout(payout.Id) + "/cancel"), cancellationToken);

    public Task<PspAnswer<PspPayout>> FetchPayoutAsync(string? account, string payoutId, CancellationToken cancellationToken) =>
        client.GetAsync(StripePayoutRequests.Payout(payoutId), Meant(StripePayoutObjects.Payout, payout => payout.Id == payoutId), cancellationToken, account);

    public Task<PspAnswer<IReadOnlyList<PspPayout>>> ListPayoutsAsync(string? account, DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) =>
        client.ListAsync(StripeRequests.Created(StripePayoutRequests.Payouts, createdFrom, createdTo), Own(StripePayoutObjects.Payout), cancellationToken, account);

    public Task<PspAnswer<PspBalance>> FetchBalanceAsync(CancellationToken cancellationToken) => client.FetchBalanceAsync(cancellationToken);

    private static Func<JsonElement, T> Meant<T>(Func<JsonElement, T> read, Func<T, bool> isMeant) => body =>
        read(body) is var found && isMeant(found) ? found : throw new StripeShapeException("The answer is about another object.");

    /// <summary>Objects without our key were made by other programs, in shapes that we don't know.</summary>
    private static Func<JsonElement, T?> Own<T>(Func<JsonElement, T> read)
        where T : class => body => body.ChildObject("metadata")?.Text(StripeRequests.PspKeyField) is null ? null : read(body);
}
