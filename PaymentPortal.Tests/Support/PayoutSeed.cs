using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Tests.Support;

/// <summary>Writes sellers with money and payouts in every status as the engine leaves them, without a PSP: rows for pages and lists to read.</summary>
public sealed class PayoutSeed(IServiceProvider services)
{
    private static readonly Dictionary<PayoutStatus, PayoutCause[]> Ways = new()
    {
        [PayoutStatus.Approved] = [],
        [PayoutStatus.Sending] = [PayoutCause.SendingStarted],
        [PayoutStatus.InTransit] = [PayoutCause.SendingStarted, PayoutCause.PayoutMade],
        [PayoutStatus.Paid] = [PayoutCause.SendingStarted, PayoutCause.PayoutMade, PayoutCause.PaidByPsp],
        [PayoutStatus.Failed] = [PayoutCause.SendingStarted, PayoutCause.PayoutMade, PayoutCause.FailedAtBank],
        [PayoutStatus.Returned] = [PayoutCause.SendingStarted, PayoutCause.PayoutMade, PayoutCause.PaidByPsp, PayoutCause.ReturnedByBank],
        [PayoutStatus.Canceled] = [PayoutCause.Canceled],
        [PayoutStatus.Refused] = [PayoutCause.BankChanged],
    };

    /// <summary>The rule that its sales break: they are in the ledger alone, without orders.</summary>
    public const string Breaks = "payments-03";

    private WriteLane Lane => services.GetRequiredService<WriteLane>();

    /// <summary>A seller who may be paid, after so many sales of 12.50 that are all available.</summary>
    public Task<SellerAccount> SellerAsync(string name, int sales) => Lane.RunAsync(
        unit =>
        {
            var seller = SellerAccount.Of(name);
            services.GetRequiredService<WalletService>().EnsureSeller(unit, seller);
            unit.Execute(
                "UPDATE seller_accounts SET name = $2, country = 'US', bank = $3, bank_currency = 'USD', bank_last4 = '6789', bank_version = 1, bank_sent_version = 1, psp_account = $4, is_psp_account_ours = 1, is_payouts_enabled = 1 WHERE seller_account = $1",
                name, "Tea house " + name, services.GetRequiredService<FieldCipher>().Seal(SellerRow.Table, name, "bank", "{}").Bytes, "acct_" + name.Replace("-", "", StringComparison.Ordinal));
            for (var sale = 0; sale < sales; sale++) Sell(unit, seller);
            return seller;
        },
        CancellationToken.None);

    public void Sell(UnitOfWork unit, SellerAccount seller) => Sell(unit, seller, new Money(1250, Currency.Of("USD")));

    public void Sell(UnitOfWork unit, SellerAccount seller, Money amount) =>
        services.GetRequiredService<Journal>().Post(unit, PostingRules.PayIn(
            unit.NewId<CheckoutId>(), new OrderShare(unit.NewId<PaymentOrderId>(), seller, amount, Money.Zero(amount.Currency)), new PspMovement("txn_1", unit.Now, unit.Now - TimeSpan.FromDays(1))));

    /// <summary>A payout in that status, with the moves that lead there.</summary>
    public async Task<PayoutId> PayoutAsync(SellerAccount seller, PayoutStatus status, string amount = "10.00")
    {
        var wanted = status == PayoutStatus.Requested ? "1500.00" : amount;
        var made = await services.GetRequiredService<PayoutService>().RequestAsync(new NewPayout(seller, PayoutRig.Usd(wanted), "Weekly share"), Actor.Staff(Guid.NewGuid().ToString("N")), CancellationToken.None);
        Assert.False(made.IsRefused, made.Refusal?.Text);
        if (status == PayoutStatus.Requested) return made.Value;
        await Lane.RunAsync(
            unit =>
            {
                var payout = PayoutRow.Of(unit, made.Value);
                foreach (var cause in Ways[status]) payout = services.GetRequiredService<PayoutMover>().Move(unit, payout, cause, Actor.Psp);
                if (status is PayoutStatus.Failed or PayoutStatus.Returned) unit.Execute("UPDATE payouts SET failure_code = 'account_closed', failure_message = 'The bank account has been closed.' WHERE payout_id = $1", made.Value.Value);
                return 0;
            },
            CancellationToken.None);
        return made.Value;
    }
}
