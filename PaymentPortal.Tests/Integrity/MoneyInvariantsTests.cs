using System.Text.Json;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>Each rule of refunds, disputes, payouts and approvals finds what breaks it, and nothing in honest data.</summary>
public sealed class MoneyInvariantsTests(PlantedMoney planted) : IClassFixture<PlantedMoney>
{
    [Fact]
    public async Task HonestMoney_BreaksNothing()
    {
        Assert.Empty(planted.Broken);
        Assert.Empty(await planted.BrokenAfterAsync(""));
    }

    [Fact]
    public async Task Quiet_WithMoneyOnItsWay_NamesEachOfIt()
    {
        var quiet = new VerifyScope(true);
        var returns = await planted.CheckAsync(QuietInvariants.Of(quiet).Single(invariant => invariant.Code == "quiet-04"));
        var payouts = await planted.CheckAsync(Assert.Single(QuietPayouts.Of(quiet)));

        Assert.Equal((1, 1), (returns.Violations.Count(line => line.EndsWith("is APPROVED", StringComparison.Ordinal)), returns.Violations.Count(line => line.StartsWith("an answer to dispute dsp_", StringComparison.Ordinal))));
        Assert.EndsWith("is APPROVED", Assert.Single(payouts.Violations), StringComparison.Ordinal);
        Assert.Contains("--quiet-state", (await planted.CheckAsync(QuietPayouts.Of(VerifyScope.Busy)[0])).NotChecked, StringComparison.Ordinal);
    }

    /// <summary>Whatever made them, and whichever test ran before.</summary>
    [Fact]
    public void Facts_OfMoneyOutAndBack_HaveTheFieldsOfTheCatalogue()
    {
        foreach (var (type, payload) in planted.Facts)
            Assert.Equal(EventCatalogue.Of(type).Fields.Select(field => field.Name), JsonDocument.Parse(payload).RootElement.EnumerateObject().Select(field => field.Name));

        var told = planted.Facts.Select(fact => fact.Type).ToHashSet(StringComparer.Ordinal);
        string[] untold = [EventTypes.DisputeUnderReview, EventTypes.DisputeAccepted, EventTypes.DisputeClosed];
        Assert.Equal(untold.Order(StringComparer.Ordinal), EventCatalogue.All.Select(kind => kind.Type).Where(type => type.Split('.')[0] is "refund" or "payout" or "dispute" && !told.Contains(type)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Statement_OfEveryKindOfMovement_AddsUpFromNothingToTheWallet()
    {
        var statement = planted.Statement;
        var balance = 0L;
        foreach (var line in statement.Lines.Reverse()) Assert.Equal(balance += line.Amount.Minor, line.Balance.Minor);

        Assert.Equal((0, planted.Payable, planted.Payable), (statement.Opening.Minor, statement.Closing.Minor, balance));
        Assert.Equal(
            [EntryKind.DisputeHeld, EntryKind.DisputeLost, EntryKind.DisputeReleased, EntryKind.PayIn, EntryKind.PayoutHold, EntryKind.PayoutRelease, EntryKind.RefundAsked],
            statement.Lines.Select(line => line.Kind).Distinct().OrderBy(kind => kind.ToString(), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("refunds-01", "UPDATE payment_orders SET refunded = refunded - 1 WHERE refunded > 0")]
    [InlineData("refunds-01", "UPDATE payment_orders SET amount = refunded - 1 WHERE refunded > 0")]
    [InlineData("refunds-01", "UPDATE payment_orders SET refunded_fee = refunded_fee + 1 WHERE refunded = 0")]
    [InlineData("refunds-01", "UPDATE booked_sessions SET refunded = refunded - 1 WHERE booked_to = 'Suspense'")]
    [InlineData("refunds-01", "UPDATE refunds SET amount = amount + 1 WHERE status = 'SUCCEEDED'")]
    [InlineData("refunds-01", "UPDATE refunds SET seller_account = 'thief' WHERE status = 'SENT'")]
    [InlineData("refunds-02", "DELETE FROM refunds WHERE status = 'APPROVED'")]
    [InlineData("refunds-02", "UPDATE postings SET amount = amount - 1 WHERE account = 'refunds:open' AND amount < 0")]
    [InlineData("refunds-02", "UPDATE finance_tasks SET state = 'PaidElsewhere' WHERE kind = 'RefundOwed'")]
    [InlineData("refunds-02", "UPDATE finance_tasks SET amount = amount + 1 WHERE kind = 'RefundOwed'")]
    [InlineData("refunds-03", "DELETE FROM journal_entries WHERE kind = 'RefundAccepted'")]
    [InlineData("refunds-03", "DELETE FROM journal_entries WHERE kind = 'RefundFailed'")]
    [InlineData("refunds-03", "UPDATE refunds SET psp_refund_id = 're_other' WHERE status = 'SUCCEEDED'")]
    [InlineData("refunds-03", "UPDATE refunds SET status = 'SUCCEEDED' WHERE status = 'FAILED'")]
    [InlineData("refunds-03", "UPDATE refunds SET status = 'APPROVED' WHERE status = 'CANCELED'")]
    [InlineData("refunds-03", "UPDATE journal_entries SET reverses = NULL WHERE reverses IS NOT NULL")]
    [InlineData("refunds-04", "UPDATE payment_orders SET taken = taken + 1 WHERE taken > 0")]
    [InlineData("refunds-04", "UPDATE refunds SET platform_fee = platform_fee + 1 WHERE status = 'SENT'")]
    [InlineData("refunds-04", "UPDATE dispute_shares SET state = 'Released' WHERE state = 'Lost'")]
    [InlineData("refunds-04", "UPDATE refunds SET payment_order_id = (SELECT payment_order_id FROM payment_orders WHERE taken = 0 LIMIT 1) WHERE status = 'SENT'")]
    [InlineData("refunds-05", "DELETE FROM approvals WHERE kind = 'refund' AND state = 'Pending'")]
    [InlineData("refunds-05", "DELETE FROM retry_tasks WHERE kind = 'refund'")]
    [InlineData("refunds-05", "INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, lease_until, fence, tries, created_at) SELECT 'task_more', 'refund', refund_id, 'Due', 0, 0, 0, 0, 0 FROM refunds WHERE status = 'SUCCEEDED'")]
    [InlineData("refunds-05", "UPDATE refunds SET status = 'CANCELED' WHERE status = 'REQUESTED'")]
    [InlineData("refunds-05", "UPDATE finance_tasks SET refund_id = 'rfd_none' WHERE kind = 'AmountDiffers'")]
    [InlineData("refunds-06", "DELETE FROM outbox WHERE aggregate_id LIKE 'rfd!_%' ESCAPE '!' AND version = 2")]
    [InlineData("refunds-06", "DELETE FROM return_history WHERE version = 2")]
    [InlineData("refunds-06", "UPDATE outbox SET version = version + 10 WHERE aggregate_id LIKE 'dsp!_%' ESCAPE '!'")]
    [InlineData("refunds-07", "UPDATE finance_tasks SET state = 'Accepted' WHERE kind = 'AmountDiffers'")]
    [InlineData("refunds-07", "UPDATE finance_tasks SET amount = amount + 1 WHERE kind = 'AmountDiffers'")]
    [InlineData("refunds-07", "DELETE FROM refunds WHERE source = 'Suspense'")]
    [InlineData("refunds-07", "UPDATE postings SET amount = amount - 1 WHERE account = 'suspense' AND amount < 0")]
    [InlineData("refunds-07", "UPDATE journal_entries SET kind = 'Manual' WHERE entry_id IN (SELECT entry_id FROM postings WHERE account = 'suspense' AND amount > 0)")]
    [InlineData("returns-01", "UPDATE return_history SET actor = 'user:somebody' WHERE version = 1")]
    [InlineData("returns-01", "UPDATE return_history SET at = at - 1 WHERE version = 2")]
    [InlineData("returns-01", "UPDATE return_history SET to_status = 'SUCCEEDED' WHERE to_status = 'SENT'")]
    [InlineData("returns-01", "DELETE FROM return_history WHERE version = 2")]
    [InlineData("returns-01", "UPDATE refunds SET status = 'SUCCEEDED' WHERE status = 'SENT'")]
    [InlineData("returns-01", "UPDATE disputes SET status = 'WON' WHERE status = 'LOST'")]
    [InlineData("returns-01", "UPDATE disputes SET history_version = history_version + 1 WHERE status = 'INQUIRY'")]
    [InlineData("returns-01", "DELETE FROM disputes WHERE status = 'INQUIRY'")]
    [InlineData("disputes-01", "UPDATE disputes SET is_withdrawn = 0 WHERE status = 'NEEDS_RESPONSE'")]
    [InlineData("disputes-01", "UPDATE disputes SET status = 'NEEDS_RESPONSE' WHERE status = 'WON'")]
    [InlineData("disputes-01", "UPDATE disputes SET amount = amount + 1 WHERE status = 'NEEDS_RESPONSE'")]
    [InlineData("disputes-01", "DELETE FROM postings WHERE account = 'disputes:open' AND amount < 0")]
    [InlineData("disputes-02", "UPDATE dispute_shares SET amount = amount + 1 WHERE state = 'Held'")]
    [InlineData("disputes-02", "UPDATE dispute_shares SET seller_account = 'thief' WHERE state = 'Held'")]
    [InlineData("disputes-02", "UPDATE dispute_shares SET state = 'Lost' WHERE state = 'Released'")]
    [InlineData("disputes-02", "UPDATE dispute_shares SET state = 'Held' WHERE state = 'Lost'")]
    [InlineData("disputes-02", "UPDATE disputes SET bearer = 'Platform' WHERE status = 'LOST'")]
    [InlineData("disputes-02", "UPDATE disputes SET bearer = 'Seller' WHERE status = 'LOST'")]
    [InlineData("disputes-02", "DELETE FROM dispute_shares WHERE state = 'Released'")]
    [InlineData("disputes-03", "DELETE FROM journal_entries WHERE kind = 'DisputeLost'")]
    [InlineData("disputes-03", "DELETE FROM journal_entries WHERE kind = 'DisputeWithdrawn'")]
    [InlineData("disputes-03", "DELETE FROM journal_entries WHERE kind = 'DisputeReinstated'")]
    [InlineData("disputes-03", "DELETE FROM journal_entries WHERE kind = 'DisputeReleased'")]
    [InlineData("disputes-03", "UPDATE disputes SET status = 'CLOSED' WHERE status = 'LOST'")]
    [InlineData("disputes-03", "UPDATE disputes SET is_withdrawn = 0 WHERE status = 'WON'")]
    [InlineData("disputes-04", "DELETE FROM retry_tasks WHERE kind = 'dispute'")]
    [InlineData("disputes-04", "DELETE FROM retry_tasks WHERE kind = 'dispute.answer'")]
    [InlineData("disputes-04", "UPDATE disputes SET accept_requested_at = 1 WHERE status = 'INQUIRY'")]
    [InlineData("disputes-04", "UPDATE retry_tasks SET subject_id = (SELECT dispute_id FROM disputes WHERE status = 'WON') WHERE kind = 'dispute.answer'")]
    [InlineData("payouts-02", "UPDATE payouts SET transfer_id = NULL WHERE status = 'FAILED'")]
    [InlineData("payouts-02", "UPDATE payouts SET reversal_id = 'trr_none' WHERE status = 'IN_TRANSIT'")]
    [InlineData("payouts-02", "UPDATE payouts SET amount = amount + 1 WHERE status = 'IN_TRANSIT'")]
    [InlineData("payouts-02", "DELETE FROM postings WHERE account LIKE 'psp:connected:%' AND amount < 0")]
    [InlineData("payouts-03", "UPDATE payout_history SET note = 'as agreed' WHERE version = 1")]
    [InlineData("payouts-03", "UPDATE payout_history SET cause = 'WithinLimit' WHERE cause = 'Approved'")]
    [InlineData("payouts-03", "DELETE FROM payout_history WHERE version = 2")]
    [InlineData("payouts-03", "UPDATE payouts SET status = 'PAID' WHERE status = 'FAILED'")]
    [InlineData("payouts-03", "DELETE FROM payouts WHERE status = 'REFUSED'")]
    [InlineData("payouts-04", "UPDATE payouts SET transfer_id = 'tr_none' WHERE status = 'PAID' AND transfer_id IS NOT NULL")]
    [InlineData("payouts-04", "UPDATE payouts SET reversal_id = 'trr_none' WHERE reversal_id IS NOT NULL")]
    [InlineData("payouts-04", "UPDATE payouts SET status = 'PAID' WHERE status = 'RETURNED'")]
    [InlineData("payouts-04", "UPDATE payouts SET status = 'CANCELED' WHERE status = 'FAILED'")]
    [InlineData("payouts-04", "UPDATE payouts SET amount = amount + 1 WHERE status = 'REQUESTED'")]
    [InlineData("payouts-04", "DELETE FROM payout_sends WHERE psp_payout_id = (SELECT psp_payout_id FROM payouts WHERE status = 'IN_TRANSIT')")]
    [InlineData("payouts-04", "DELETE FROM journal_entries WHERE kind = 'PayoutHold'")]
    [InlineData("payouts-04", "DELETE FROM journal_entries WHERE kind = 'PayoutRelease'")]
    [InlineData("payouts-04", "DELETE FROM journal_entries WHERE kind = 'OwnPayoutSent'")]
    [InlineData("payouts-05", "DELETE FROM retry_tasks WHERE kind = 'payout'")]
    [InlineData("payouts-05", "UPDATE retry_tasks SET subject_id = (SELECT payout_id FROM payouts WHERE status = 'FAILED') WHERE task_id = (SELECT MIN(task_id) FROM retry_tasks WHERE kind = 'payout')")]
    [InlineData("payouts-05", "DELETE FROM approvals WHERE kind = 'payout' AND state = 'Pending'")]
    [InlineData("payouts-05", "UPDATE approvals SET state = 'Pending' WHERE kind = 'payout' AND state = 'Refused'")]
    [InlineData("payouts-05", "INSERT INTO scheduled_payouts (seller_account, period, payout_id, at) VALUES ('seller-1', '2026-11-23', 'out_none', 0)")]
    [InlineData("payouts-06", "DELETE FROM outbox WHERE aggregate_id LIKE 'out!_%' ESCAPE '!' AND version = 2")]
    [InlineData("payouts-06", "UPDATE outbox SET aggregate_id = 'out_none' WHERE aggregate_id = (SELECT payout_id FROM payouts WHERE status = 'FAILED')")]
    [InlineData("payouts-06", "DELETE FROM payout_history WHERE to_status = 'IN_TRANSIT'")]
    [InlineData("payouts-07", "UPDATE postings SET available_on = available_on + 864000000000 WHERE available_on IS NOT NULL")]
    [InlineData("payouts-07", "UPDATE journal_entries SET posted_at = posted_at - 172800000000 WHERE kind = 'PayoutHold'")]
    [InlineData("payouts-07", "UPDATE postings SET amount = amount + 1000000 WHERE amount > 0 AND entry_id = (SELECT MIN(entry_id) FROM journal_entries WHERE kind = 'PayoutHold')")]
    [InlineData("payouts-07", "DELETE FROM postings WHERE available_on IS NOT NULL")]
    [InlineData("approvals-01", "UPDATE approvals SET decided_by = maker WHERE state = 'Approved'")]
    [InlineData("approvals-01", "UPDATE approvals SET decided_by = 'program:approval-expiry' WHERE state = 'Approved'")]
    [InlineData("approvals-01", "UPDATE approvals SET maker = 'key:key_his', decided_by = 'user:' || maker_person WHERE state = 'Refused'")]
    [InlineData("approvals-01", "INSERT INTO api_keys (key_id, name, key_hash, last4, scopes, owner_id, created_at) VALUES ('key_his', 'k', x'00', 'abcd', '*', 'maker', 0); UPDATE approvals SET decided_by = 'key:key_his' WHERE state = 'Approved'")]
    [InlineData("approvals-02", "UPDATE approvals SET state = 'Approved' WHERE state = 'Refused'")]
    [InlineData("approvals-02", "UPDATE approvals SET decided_at = NULL WHERE state = 'Approved'")]
    [InlineData("approvals-02", "UPDATE approvals SET decided_by = 'user:somebody' WHERE state = 'Refused'")]
    [InlineData("approvals-02", "DELETE FROM approvals WHERE state = 'Withdrawn'")]
    [InlineData("approvals-02", "DELETE FROM audit_log WHERE action = 'approval.ask'")]
    [InlineData("approvals-03", "UPDATE approval_sums SET amount = amount - 1 WHERE side = 'checked'")]
    [InlineData("approvals-03", "DELETE FROM approval_sums")]
    [InlineData("approvals-03", "UPDATE approvals SET amount = amount + 1 WHERE state = 'Approved'")]
    [InlineData("approvals-04", "DELETE FROM approvals WHERE state = 'Approved'")]
    [InlineData("approvals-04", "DELETE FROM approvals WHERE kind = 'dispute-bearer'")]
    [InlineData("approvals-04", "UPDATE approval_sums SET amount = amount - 1 WHERE side = 'alone'")]
    [InlineData("approvals-04", "UPDATE refunds SET made_by = 'user:somebody' WHERE status = 'SUCCEEDED'")]
    [InlineData("approvals-04", "UPDATE payouts SET amount = amount + 1 WHERE status = 'PAID'")]
    [InlineData("approvals-04", "UPDATE return_history SET cause = 'ApprovedByChecker' WHERE cause = 'WithinLimit'")]
    [InlineData("approvals-05", "UPDATE audit_log SET after = 'Approved' WHERE action = 'approval.end' AND after LIKE 'Approved%'")]
    [InlineData("approvals-05", "UPDATE audit_log SET after = 'Refused as Support' WHERE action = 'approval.end' AND after LIKE 'Refused%'")]
    [InlineData("approvals-05", "DELETE FROM audit_log WHERE action = 'staff.role-give'")]
    [InlineData("approvals-05", "UPDATE audit_log SET action = 'staff.role-take', before = after WHERE action = 'staff.role-give' AND after = 'Finance'")]
    [InlineData("approvals-05", "UPDATE audit_log SET action = 'staff.disable' WHERE action = 'staff.role-give' AND after = 'Admin'")]
    [InlineData("approvals-05", "UPDATE approvals SET kind = 'role-grant' WHERE state = 'Approved'")]
    [InlineData("approvals-06", "UPDATE approval_sums SET amount = daily_limit + 1 WHERE side = 'alone'")]
    [InlineData("approvals-06", "UPDATE approval_sums SET daily_limit = amount - 1 WHERE side = 'checked'")]
    [InlineData("approvals-06", "UPDATE approval_sums SET single_limit = 1 WHERE side = 'alone'")]
    [InlineData("approvals-06", "UPDATE approval_sums SET day = day + 86400000000 WHERE side = 'alone'")]
    [InlineData("approvals-06", "UPDATE refunds SET amount = 1001 WHERE refund_id = (SELECT item_id FROM return_history WHERE cause = 'WithinLimit' LIMIT 1)")]
    [InlineData("wallets-04", "UPDATE postings SET amount = amount + 1000000 WHERE account LIKE 'seller:%:payable' AND entry_id IN (SELECT entry_id FROM journal_entries WHERE kind = 'PayoutHold')")]
    [InlineData("wallets-04", "UPDATE journal_entries SET kind = 'Manual' WHERE kind = 'PayoutHold'; UPDATE postings SET amount = amount + 1000000 WHERE account LIKE 'seller:%:payable' AND entry_id IN (SELECT entry_id FROM journal_entries WHERE kind = 'Manual')")]
    [InlineData("wallets-04", "DELETE FROM postings WHERE account LIKE 'seller:%:payable' AND amount < 0")]
    [InlineData("wallets-04", "UPDATE postings SET currency = 'EUR' WHERE account LIKE 'seller:%:payable' AND entry_id IN (SELECT entry_id FROM journal_entries WHERE kind = 'PayoutHold')")]
    public async Task Corruption_IsFoundByItsRule(string code, string sql) => Assert.Contains(code, (await planted.BrokenAfterAsync(sql)).Keys);
}
