using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>Makes a seller's account at the PSP, gives it his newest bank account, and learns whether the PSP pays out to it.</summary>
public sealed class SellerAccountStep(WriteLane lane, IPayoutProvider psp, PspHealth health, PspPosts posts, PspTalk talk, FieldCipher cipher) : IRetryHandler
{
    public string Kind => PayoutSteps.SellerAccount;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var seller = SellerAccount.Of(task.SubjectId);
        var bank = await lane.RunAsync(unit => Begin(unit, task, seller), cancellationToken).ConfigureAwait(false);
        if (bank is null) return new TaskEnd.Settled();
        if (bank.PspAccount is null) return await posts.RunAsync(task, Create(seller), cancellationToken).ConfigureAwait(false);
        if (WantsReplace(bank)) return await posts.RunAsync(task, Replace(bank), cancellationToken).ConfigureAwait(false);
        return await LookAsync(seller, bank.PspAccount, unit => Looked(unit, task, seller), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when there is nothing to make an account of; that ends in this very unit.</summary>
    private static SellerBank? Begin(UnitOfWork unit, ClaimedTask task, SellerAccount seller)
    {
        var bank = SellerBank.Of(unit, seller)!;
        if (bank is not { PspAccount: null, HasBank: false }) return bank;
        RetryQueue.Finish(unit, task);
        return null;
    }

    private static bool WantsReplace(SellerBank bank) => bank is { IsPspAccountOurs: true, IsAtPsp: false };

    /// <summary>Another bank may have been given while we looked.</summary>
    private static void Looked(UnitOfWork unit, ClaimedTask task, SellerAccount seller)
    {
        if (WantsReplace(SellerBank.Of(unit, seller)!)) RetryQueue.PutOff(unit, task, unit.Now);
        else RetryQueue.Finish(unit, task);
    }

    /// <summary>Fetches an account and keeps what it may do. <paramref name="finish"/> runs in the unit that stores it.</summary>
    internal async Task<TaskEnd> LookAsync(SellerAccount seller, string account, Action<UnitOfWork> finish, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchAccountAsync(account, cancellationToken).ConfigureAwait(false);
        var line = talk.Seal(answer);
        await lane.RunAsync(
            unit =>
            {
                talk.Write(unit, seller.Value, null, line);
                if (answer.Value is not { } shown) return 0;
                unit.Execute("UPDATE seller_accounts SET is_payouts_enabled = $3 WHERE seller_account = $1 AND psp_account = $2", seller.Value, account, shown.IsPayoutsEnabled);
                finish(unit);
                return 0;
            },
            CancellationToken.None).ConfigureAwait(false);
        return answer.Value is null ? PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.None) : new TaskEnd.Settled();
    }

    private PspPost<PspAccount> Create(SellerAccount seller) => new(seller.Value, PayoutSteps.CreateAccount, RetryOperations.SellerAccount, MoneyEffect.None)
    {
        IsWanted = unit => SellerBank.Of(unit, seller) is { PspAccount: null, HasBank: true },
        Build = (unit, key) => psp.CreateAccount(new NewPspAccount(
            seller.Value, unit.QueryFirst("SELECT country FROM seller_accounts WHERE seller_account = $1", row => row.GetString(0), seller.Value)!,
            SellerSecrets.Email(unit, cipher, seller), SellerSecrets.Bank(unit, cipher, seller)!, key)),
        Send = psp.SendAccountAsync,
        List = (call, cancellationToken) => psp.ListAccountsAsync(call.FirstSentAt - PspPosts.ClockSlack, call.LastMadeAt + PspPosts.ClockSlack, cancellationToken),
        KeyOf = account => account.PspKey,
        Made = (unit, task, account) =>
        {
            // Which bank it was made with stands in the stored bytes; the newest is sent once more, which is harmless.
            unit.Execute(
                "UPDATE seller_accounts SET psp_account = $2, is_psp_account_ours = 1, is_payouts_enabled = $3, bank_sent_version = CASE WHEN bank_version = 1 THEN 1 ELSE 0 END WHERE seller_account = $1 AND psp_account IS NULL",
                seller.Value, account.Id, account.IsPayoutsEnabled);
            RetryQueue.PutOff(unit, task, unit.Now);
        },
    };

    private PspPost<PspAccount> Replace(SellerBank bank) => new(bank.Seller.Value, PayoutSteps.InRound(PayoutSteps.ReplaceBank, bank.Version), RetryOperations.SellerAccount, MoneyEffect.None)
    {
        IsWanted = unit => SellerBank.Of(unit, bank.Seller) is { IsPspAccountOurs: true } now && now.Version == bank.Version && now.PspAccount == bank.PspAccount,
        Build = (unit, key) => psp.ReplaceBank(bank.PspAccount!, SellerSecrets.Bank(unit, cipher, bank.Seller)!, key),
        Send = psp.SendAccountAsync,
        List = async (call, cancellationToken) => Listed(await psp.FetchAccountAsync(bank.PspAccount!, cancellationToken).ConfigureAwait(false)),
        KeyOf = account => account.BankKey,
        Made = (unit, task, account) =>
        {
            unit.Execute(
                "UPDATE seller_accounts SET bank_sent_version = $2, is_payouts_enabled = $3 WHERE seller_account = $1 AND bank_sent_version < $2 AND psp_account = $4",
                bank.Seller.Value, bank.Version, account.IsPayoutsEnabled, account.Id);
            RetryQueue.PutOff(unit, task, unit.Now);
        },
    };

    private static PspAnswer<IReadOnlyList<PspAccount>> Listed(PspAnswer<PspAccount> answer) =>
        new(answer.Verdict, answer.Value is { } shown ? [shown] : null, answer.Error, answer.Exchange) { RetryAfter = answer.RetryAfter, IsHeld = answer.IsHeld };
}

/// <summary>Applies events about sellers' accounts by fetching the account.</summary>
public sealed class SellerEvents(WriteLane lane, SellerAccountStep step) : IPspObjectHandler
{
    public bool Handles(string eventType) => eventType == "account.updated";

    public async Task<TaskEnd> ApplyAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken)
    {
        var bank = await lane.RunAsync(
            unit =>
            {
                var found = SellerBank.OfPspAccount(unit, received.ObjectId);
                // An account whose making we have not stored yet is looked at by its own step; others are none of ours.
                if (found is null) settle(unit, InboxState.Ignored);
                return found;
            },
            cancellationToken).ConfigureAwait(false);
        return bank is null ? new TaskEnd.Settled() : await step.LookAsync(bank.Seller, received.ObjectId, unit => settle(unit, InboxState.Applied), cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A dead step of a seller's account: redriven when the bank details are mended, given up when he gets another way.</summary>
public sealed class DeadSellerAccount : IDeadStep
{
    public string Kind => PayoutSteps.SellerAccount;

    public string Label => "Seller's account at the PSP";

    public string Act => "'Make or mend the account of ' || d.subject_id || ' at the PSP'";

    public IReadOnlyList<RedriveSkip> Skips { get; } = [];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) => new(null, null);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The step reads all it needs from the seller.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => null;

    public void GiveUp(UnitOfWork unit, string subjectId)
    {
        // No money hangs on it; the next PUT of the seller begins anew.
    }
}
