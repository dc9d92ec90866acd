using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>Each rule of reconciliation, next steps, webhooks, PSP calls, figures, held money and the quiet state finds what breaks it, and nothing in honest data.</summary>
public sealed class RestInvariantsTests(PlantedRest planted) : IClassFixture<PlantedRest>
{
    private const string Task = "INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, lease_until, fence, tries, created_at, last_error) VALUES ";
    private const string Letter = "INSERT INTO dead_letters (dead_letter_id, kind, subject_id, cause_key, operation, error_class, code, reason, effect, state, tries, deaths, first_seen, last_seen, closed_at, closed_by, close_reason) VALUES ";
    private const string Redrive = "INSERT INTO redrives (redrive_id, state, scope, reason, made_by, made_at, per_second, stop_after, total) VALUES ";
    private const string Item = "INSERT INTO redrive_items (redrive_id, seq, dead_letter_id, state, before) VALUES ";
    private const string Delivery = "INSERT INTO webhook_deliveries (delivery_id, endpoint_id, event_id, event_type, aggregate_id, state, tries, created_at) VALUES ";
    private const string Call = "INSERT INTO psp_calls (psp_key, item, step, generation, path, body, tries, first_sent_at, last_sent_at, is_open, is_uncertain, must_look_up, effect_proved) VALUES ";
    private const string Event = "INSERT INTO psp_inbox (event_id, type, object_id, state, created_at, received_at, deliveries) VALUES ";
    private const string Fact = "INSERT INTO outbox (event_id, aggregate_id, version, type, payload, created_at, position) VALUES ";
    private const string Attempt = "INSERT INTO attempts (attempt_id, checkout_id, number, state, started_at, psp_token, completed_at) VALUES ";
    private const string Payout = "INSERT INTO payouts (payout_id, amount, currency, status, bank_version, requested_by, round, is_taking_back, is_cancel_asked, is_waiting_for_balance, created_at, updated_at, row_version, history_version) VALUES ";
    private const string Refund = "INSERT INTO refunds (refund_id, source, status, checkout_id, session_id, intent_id, charge_id, amount, platform_fee, currency, reason, made_by, created_at, updated_at, row_version, history_version) VALUES ";

    [Fact]
    public async Task HonestData_BreaksNothing() => Assert.Empty(await planted.BrokenAfterAsync(""));

    [Theory]
    [InlineData("recon-01", "UPDATE settlement_totals SET net = net + 1")]
    [InlineData("recon-01", "UPDATE settlement_lines SET gross = gross + 1, net = net + 1 WHERE bucket = 'Matched'")]
    [InlineData("recon-01", "DELETE FROM settlement_lines WHERE bucket = 'MissingOurs'")]
    [InlineData("recon-01", "UPDATE settlement_files SET rows = rows - 1 WHERE state = 'Accepted'")]
    [InlineData("recon-01", "UPDATE settlement_lines SET currency = 'EUR' WHERE bucket = 'MissingOurs'")]
    [InlineData("recon-01", "DELETE FROM settlement_lines WHERE bucket = 'MissingOurs'; UPDATE settlement_totals SET rows = rows - 1, gross = gross - 1250, fee = fee - 66, net = net - 1184 WHERE rows = 5; UPDATE settlement_files SET rows = 4 WHERE rows = 5")]
    [InlineData("recon-01", "DELETE FROM settlement_lines WHERE file_id IN (SELECT file_id FROM settlement_files WHERE state = 'RolledBack'); DELETE FROM settlement_totals WHERE rows = 1; DELETE FROM settlement_files WHERE state = 'RolledBack'")]
    [InlineData("recon-02", "UPDATE settlement_lines SET bucket = NULL WHERE bucket = 'MissingOurs'")]
    [InlineData("recon-02", "DELETE FROM mismatches WHERE kind = 'Duplicate'")]
    [InlineData("recon-02", "UPDATE settlement_lines SET fact = NULL WHERE bucket = 'Matched'")]
    [InlineData("recon-02", "UPDATE settlement_lines SET is_counted = 0 WHERE bucket = 'Differing'")]
    [InlineData("recon-02", "UPDATE settlement_lines SET bucket = 'Matched', fact = 'charge:ch_x' WHERE file_id IN (SELECT file_id FROM settlement_files WHERE state = 'RolledBack')")]
    [InlineData("recon-02", "DELETE FROM mismatches WHERE kind = 'MissingPsp'")]
    [InlineData("recon-03", "UPDATE mismatches SET entry_id = NULL WHERE kind = 'Amount'")]
    [InlineData("recon-03", "UPDATE approvals SET state = 'Refused' WHERE kind = 'mismatch'")]
    [InlineData("recon-03", "UPDATE approvals SET decided_by = maker WHERE kind = 'mismatch'")]
    [InlineData("recon-03", "UPDATE mismatches SET class = 'Person' WHERE kind = 'Fee'")]
    [InlineData("recon-03", "UPDATE mismatches SET entry_id = 'jrn_none' WHERE kind = 'Fee'")]
    [InlineData("recon-04", "UPDATE settlement_lines SET gross = gross + 100, net = net + 100 WHERE line = 2")]
    [InlineData("recon-04", "UPDATE settlement_lines SET source_id = 'ch_thief' WHERE bucket = 'Matched'")]
    [InlineData("recon-04", "UPDATE settlement_lines SET key_id = 'deadbeef' WHERE line = 2")]
    [InlineData("recon-04", "UPDATE settlement_lines SET created_at = created_at - 86400000000 WHERE line = 3")]
    [InlineData("recon-07", "UPDATE fee_terms SET parts_per_million = 1 WHERE version = 1")]
    [InlineData("recon-07", "DELETE FROM fee_terms WHERE version = 2")]
    [InlineData("recon-07", "INSERT INTO fee_terms SELECT psp, currency, 3, valid_from, 0, 0, reason, made_by, made_at FROM fee_terms WHERE version = 2")]
    [InlineData("policies-01", "UPDATE retry_policies SET first_us = 60000000 WHERE state = 'Published'")]
    [InlineData("policies-01", "UPDATE retry_policies SET state = 'Retired'; UPDATE retry_policies SET state = 'Published' WHERE version = 1")]
    [InlineData("policies-01", "DELETE FROM retry_policies")]
    [InlineData("recon-05", "UPDATE mismatches SET state = 'Ignored' WHERE kind = 'MissingOurs'")]
    [InlineData("recon-05", "UPDATE mismatch_history SET actor = 'user:somebody' WHERE cause = 'EntryPosted'")]
    [InlineData("recon-05", "DELETE FROM mismatch_history WHERE version = 2")]
    [InlineData("recon-05", "UPDATE mismatch_history SET note = 'as agreed' WHERE cause = 'EntryAsked'")]
    [InlineData("recon-06", "DELETE FROM mismatch_history WHERE cause = 'EntryPosted'; UPDATE mismatches SET state = 'Asked', history_version = history_version - 1 WHERE kind = 'Amount'")]
    [InlineData("recon-06", "DELETE FROM mismatch_history WHERE cause IN ('EntryAsked', 'EntryPosted'); UPDATE mismatches SET state = 'Open', history_version = 1, proposal = NULL WHERE kind = 'Amount'")]
    [InlineData("recon-06", "DELETE FROM mismatch_history WHERE cause = 'SettledWithinLimit'; UPDATE mismatches SET state = 'Open', history_version = 1, entry_id = NULL WHERE kind = 'Fee'")]
    [InlineData("recon-06", "DELETE FROM mismatch_history WHERE cause = 'RolledBack'; UPDATE mismatches SET state = 'Open', history_version = 1 WHERE state = 'Withdrawn'")]
    [InlineData("recon-06", "DELETE FROM audit_log WHERE action = 'mismatch.EntryAsked'")]
    [InlineData("retries-01", Task + "('t1', 'payout', 'out_1', 'Dead', 0, 0, 0, 9, 0, 'no')")]
    [InlineData("retries-01", Letter + "('dl_1', 'payout', 'out_1', 'c', 'o', 'Rejected', 'x', 'y', 'None', 'Open', 1, 1, 0, 0, NULL, NULL, NULL)")]
    [InlineData("retries-01", Letter + "('dl_1', 'payout', 'out_1', 'c', 'o', 'Rejected', 'x', 'y', 'None', 'Resolved', 1, 1, 0, 0, NULL, NULL, NULL)")]
    [InlineData("retries-01", Letter + "('dl_1', 'payout', 'out_1', 'c', 'o', 'Rejected', 'x', 'y', 'None', 'Discarded', 1, 1, 0, 0, 5, 'user:u', NULL)")]
    [InlineData("retries-02", Redrive + "('job_1', 'Running', 's', 'r', 'user:u', 0, 1, 1, 0)")]
    [InlineData("retries-02", Redrive + "('job_1', 'Done', 's', 'r', 'user:u', 0, 1, 1, 0); " + Task + "('t1', 'redrive', 'job_1', 'Due', 0, 0, 0, 0, 0, NULL)")]
    [InlineData("retries-02", Redrive + "('job_1', 'Stopped', 's', 'r', 'user:u', 0, 1, 1, 1); " + Item + "('job_1', 1, 'dl_1', 'Waiting', 'b')")]
    [InlineData("retries-02", Redrive + "('job_1', 'Done', 's', 'r', 'user:u', 0, 1, 1, 2); " + Item + "('job_1', 1, 'dl_1', 'Done', 'b')")]
    [InlineData("retries-03", Redrive + "('job_1', 'Done', 's', '', 'user:u', 0, 1, 1, 0)")]
    [InlineData("retries-03", Redrive + "('job_1', 'Done', 's', 'r', '', 0, 1, 1, 0)")]
    [InlineData("retries-03", "DROP INDEX IF EXISTS \"IX_redrive_items_one_open\"; " + Item + "('job_1', 1, 'dl_1', 'Waiting', 'b'), ('job_2', 1, 'dl_1', 'Working', 'b')")]
    [InlineData("webhooks-01", Delivery + "('whd_1', 'whe_1', 'e', 'payout.paid', 'a', 'Waiting', 0, 0)")]
    [InlineData("webhooks-01", Delivery + "('whd_1', 'whe_1', 'e', 'payout.paid', 'a', 'Delivered', 0, 0); " + Task + "('t1', 'webhook.send', 'whd_1', 'Due', 0, 0, 0, 0, 0, NULL)")]
    [InlineData("webhooks-01", Delivery + "('whd_1', 'whe_1', 'e', 'payout.paid', 'a', 'Waiting', 0, 0); " + Task + "('t1', 'webhook.send', 'whd_1', 'Dead', 0, 0, 0, 0, 0, NULL)")]
    [InlineData("webhooks-02", Delivery + "('whd_1', 'whe_1', 'pev_none', 'payout.paid', 'a', 'Dead', 0, 0)")]
    [InlineData("webhooks-02", Delivery + "('whd_1', 'whe_1', 'pev_1', 'payout.paid', 'a', 'Waiting', 2, 0)")]
    [InlineData("webhooks-02", Fact + "('pev_1', 'a', 1, 'payout.paid', '{}', 0, 1); " + Delivery + "('whd_1', 'whe_none', 'pev_1', 'payout.paid', 'a', 'Delivered', 0, 0)")]
    [InlineData("psp-01", Call + "('rfd_1:refund:2', 'rfd_1', 'refund', 2, '/v1/refunds', '', 1, 0, 0, 0, 0, 0, NULL)")]
    [InlineData("psp-01", Call + "('o:t:1', 'o', 't', 1, '/x', '', 1, 0, 0, 0, 0, 0, NULL), ('o:t:2', 'o', 't', 2, '/x', '', 1, 0, 0, 1, 0, 0, NULL)")]
    [InlineData("psp-01", Call + "('o:t:1', 'o', 't', 1, '/x', '', 1, 0, 0, 0, 0, 0, 'Done'), ('o:t:2', 'o', 't', 2, '/x', '', 1, 0, 0, 1, 0, 0, NULL)")]
    [InlineData("analytics-01", "INSERT INTO hourly_figures (hour, currency, type, reason, count, amount) VALUES (0, 'USD', 'payment_event.succeeded', '', 1, 1250)")]
    [InlineData("analytics-01", "INSERT INTO hourly_figures (hour, currency, type, reason, count, amount) VALUES (3600000000, 'JPY', 'payment_event.failed', 'card_declined', 2, 0)")]
    [InlineData("wallets-03", "UPDATE wallet_balances SET held = held + 1 WHERE seller_account = 'seller-1'")]
    [InlineData("wallets-03", "INSERT INTO wallet_balances (seller_account, currency, payable, held) VALUES ('seller-9', 'JPY', 0, 100)")]
    [InlineData("wallets-03", "INSERT INTO wallet_balances (seller_account, currency, payable, held) VALUES ('seller-9', 'USD', 100, -100)")]
    [InlineData("quiet-01", Task + "('t1', 'payout', 'out_1', 'Due', 0, 0, 0, 1, 0, 'time-out')")]
    [InlineData("quiet-01", Attempt + "('att_1', 'chk_1', 1, 'Open', 0, 'cs_1', 5)")]
    [InlineData("quiet-01", Attempt + "('att_1', 'chk_1', 1, 'Open', 0, NULL, NULL)")]
    [InlineData("quiet-02", Event + "('evt_1', 'charge.succeeded', 'ch_1', 'Waiting', 0, 0, 1)")]
    [InlineData("quiet-02", Event + "('evt_2', 'payout.paid', 'po_1', 'Waiting', 0, 0, 0)")]
    [InlineData("quiet-02", Event + "('evt_3', 'checkout.session.completed', '', 'Waiting', 0, 0, 7)")]
    [InlineData("quiet-03", Fact + "('pev_1', 'a', 1, 'payout.paid', '{}', 0, NULL)")]
    [InlineData("quiet-03", Fact + "('pev_1', 'a', 1, 'payout.paid', '{}', 0, 1); INSERT INTO event_consumers (consumer, position, moved_at) VALUES ('analytics', 0, 0)")]
    [InlineData("quiet-03", Fact + "('pev_1', 'a', 1, 'x', '{}', 0, 1), ('pev_2', 'a', 2, 'x', '{}', 0, 2); INSERT INTO event_consumers (consumer, position, moved_at) VALUES ('webhooks', 1, 0)")]
    [InlineData("quiet-04", Refund + "('rfd_1', 'Order', 'APPROVED', 'chk_1', 'cs_1', 'pi_1', 'ch_1', 1, 0, 'USD', 'r', 'user:u', 0, 0, 0, 1)")]
    [InlineData("quiet-04", Task + "('t1', 'dispute.answer', 'dsp_1', 'Due', 0, 0, 0, 0, 0, NULL)")]
    [InlineData("quiet-04", Task + "('t1', 'dispute.answer', 'dsp_1', 'Dead', 0, 0, 0, 9, 0, 'no')")]
    [InlineData("quiet-05", Payout + "('out_1', 1, 'USD', 'APPROVED', 0, 'user:u', 1, 0, 0, 0, 0, 0, 0, 1)")]
    [InlineData("quiet-05", Payout + "('out_1', 1, 'USD', 'SENDING', 0, 'user:u', 1, 0, 0, 0, 0, 0, 0, 1)")]
    [InlineData("quiet-05", Payout + "('out_1', 1, 'USD', 'FAILED', 0, 'user:u', 1, 1, 0, 0, 0, 0, 0, 1)")]
    [InlineData("psp-books", "UPDATE postings SET amount = amount + 1 WHERE account = 'psp:clearing' AND seq = 1")]
    [InlineData("psp-books", "DELETE FROM postings WHERE account = 'psp:clearing'")]
    [InlineData("psp-books", "UPDATE postings SET currency = 'EUR' WHERE account = 'psp:clearing' AND seq = 1")]
    [InlineData("analytics-01", Fact + "('pev_1', 'chk_1', 1, 'payment_event.succeeded', '{\"amount\":\"12.50\",\"currency\":\"USD\"}', 0, 1); INSERT INTO event_consumers (consumer, position, moved_at) VALUES ('analytics', 1, 0)")]
    public async Task Corruption_IsFoundByItsRule(string code, string sql) => Assert.Contains(code, (await planted.BrokenAfterAsync(sql)).Keys);
}
