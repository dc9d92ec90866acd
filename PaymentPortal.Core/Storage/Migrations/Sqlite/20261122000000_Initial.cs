using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PaymentPortal.Core.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "account_snapshots",
                columns: table => new
                {
                    account = table.Column<string>(type: "TEXT", maxLength: 130, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    balance = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_snapshots", x => new { x.account, x.currency, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    key_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    key_hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    last4 = table.Column<string>(type: "TEXT", maxLength: 4, nullable: false),
                    scopes = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    owner_id = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_keys", x => x.key_id);
                });

            migrationBuilder.CreateTable(
                name: "approval_sums",
                columns: table => new
                {
                    person = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    day = table.Column<long>(type: "INTEGER", nullable: false),
                    side = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    single_limit = table.Column<long>(type: "INTEGER", nullable: false),
                    daily_limit = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_approval_sums", x => new { x.person, x.day, x.side, x.currency });
                });

            migrationBuilder.CreateTable(
                name: "approvals",
                columns: table => new
                {
                    approval_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    subject_id = table.Column<string>(type: "TEXT", maxLength: 130, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    maker = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    maker_person = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    amount = table.Column<long>(type: "INTEGER", nullable: true),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    preview = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    decided_at = table.Column<long>(type: "INTEGER", nullable: true),
                    comment = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_approvals", x => x.approval_id);
                });

            migrationBuilder.CreateTable(
                name: "attempt_charges",
                columns: table => new
                {
                    charge_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    attempt_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    is_paid = table.Column<bool>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    failure_code = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    decline_code = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    card_brand = table.Column<string>(type: "TEXT", maxLength: 30, nullable: true),
                    card_last4 = table.Column<string>(type: "TEXT", maxLength: 4, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempt_charges", x => x.charge_id);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    attempt_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    psp_token = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    psp_url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    intent_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    intent_status = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    intent_failure = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    returned_at = table.Column<long>(type: "INTEGER", nullable: true),
                    completed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => x.attempt_id);
                });

            migrationBuilder.CreateTable(
                name: "audit_log",
                columns: table => new
                {
                    chain_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    actor = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    action = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    object_id = table.Column<string>(type: "TEXT", maxLength: 130, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    before = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: true),
                    after = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: true),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_log", x => new { x.chain_id, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "booked_sessions",
                columns: table => new
                {
                    session_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    attempt_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    booked_to = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    charge_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    refunded = table.Column<long>(type: "INTEGER", nullable: false, defaultValue: 0L),
                    booked_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_booked_sessions", x => x.session_id);
                    table.CheckConstraint("CK_booked_sessions_refunded", "refunded >= 0 AND refunded <= amount");
                });

            migrationBuilder.CreateTable(
                name: "chain_heads",
                columns: table => new
                {
                    chain_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    head = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_chain_heads", x => x.chain_id);
                });

            migrationBuilder.CreateTable(
                name: "chain_places",
                columns: table => new
                {
                    chain_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    tail_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    tail_mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    round_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    round_mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    walked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    anchor_count = table.Column<long>(type: "INTEGER", nullable: true),
                    anchor_at = table.Column<long>(type: "INTEGER", nullable: true),
                    checked_at = table.Column<long>(type: "INTEGER", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_chain_places", x => x.chain_id);
                });

            migrationBuilder.CreateTable(
                name: "day_closes",
                columns: table => new
                {
                    day = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    names = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    mark = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    remark = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    approval_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    first_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    first_at = table.Column<long>(type: "INTEGER", nullable: false),
                    second_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    manifest_sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_day_closes", x => x.day);
                });

            migrationBuilder.CreateTable(
                name: "dead_letter_causes",
                columns: table => new
                {
                    cause_key = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    party = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    code = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    operation = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    first_seen = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen = table.Column<long>(type: "INTEGER", nullable: false),
                    total = table.Column<int>(type: "INTEGER", nullable: false),
                    owner = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    note = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: true),
                    seen_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dead_letter_causes", x => x.cause_key);
                });

            migrationBuilder.CreateTable(
                name: "dead_letters",
                columns: table => new
                {
                    dead_letter_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    subject_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    cause_key = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    operation = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    error_class = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    code = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    effect = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    amount = table.Column<long>(type: "INTEGER", nullable: true),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: true),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    deaths = table.Column<int>(type: "INTEGER", nullable: false),
                    first_seen = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    closed_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    close_reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dead_letters", x => x.dead_letter_id);
                });

            migrationBuilder.CreateTable(
                name: "dispute_shares",
                columns: table => new
                {
                    dispute_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    payment_order_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    seller_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dispute_shares", x => new { x.dispute_id, x.payment_order_id });
                    table.CheckConstraint("CK_dispute_shares_amount", "amount > 0");
                });

            migrationBuilder.CreateTable(
                name: "disputes",
                columns: table => new
                {
                    dispute_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    psp_dispute_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    session_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    charge_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    fee = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    is_withdrawn = table.Column<bool>(type: "INTEGER", nullable: false),
                    bearer = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    due_by = table.Column<long>(type: "INTEGER", nullable: true),
                    evidence = table.Column<byte[]>(type: "BLOB", nullable: true),
                    evidence_version = table.Column<int>(type: "INTEGER", nullable: false),
                    staged_version = table.Column<int>(type: "INTEGER", nullable: false),
                    submit_requested_at = table.Column<long>(type: "INTEGER", nullable: true),
                    submitted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    accept_requested_at = table.Column<long>(type: "INTEGER", nullable: true),
                    warned_at = table.Column<long>(type: "INTEGER", nullable: true),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    row_version = table.Column<long>(type: "INTEGER", nullable: false),
                    history_version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_disputes", x => x.dispute_id);
                    table.CheckConstraint("CK_disputes_amount", "amount > 0 AND fee >= 0");
                });

            migrationBuilder.CreateTable(
                name: "event_consumers",
                columns: table => new
                {
                    consumer = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    moved_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_event_consumers", x => x.consumer);
                });

            migrationBuilder.CreateTable(
                name: "event_parked",
                columns: table => new
                {
                    consumer = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    aggregate_id = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    parked_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_event_parked", x => new { x.consumer, x.position });
                });

            migrationBuilder.CreateTable(
                name: "fee_terms",
                columns: table => new
                {
                    psp = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    valid_from = table.Column<long>(type: "INTEGER", nullable: false),
                    parts_per_million = table.Column<long>(type: "INTEGER", nullable: false),
                    @fixed = table.Column<long>(name: "fixed", type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    made_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fee_terms", x => new { x.psp, x.currency, x.version });
                    table.CheckConstraint("ck_fee_terms", "parts_per_million BETWEEN 0 AND 1000000 AND fixed >= 0");
                });

            migrationBuilder.CreateTable(
                name: "finance_tasks",
                columns: table => new
                {
                    session_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    refund_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    closed_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_finance_tasks", x => x.session_id);
                });

            migrationBuilder.CreateTable(
                name: "hourly_figures",
                columns: table => new
                {
                    hour = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_hourly_figures", x => new { x.hour, x.currency, x.type, x.reason });
                });

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    caller_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    idempotency_key = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    operation = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    body_hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    http_status = table.Column<int>(type: "INTEGER", nullable: false),
                    answer = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_keys", x => new { x.caller_id, x.idempotency_key });
                });

            migrationBuilder.CreateTable(
                name: "integrity_results",
                columns: table => new
                {
                    code = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    checked_at = table.Column<long>(type: "INTEGER", nullable: false),
                    took = table.Column<long>(type: "INTEGER", nullable: false),
                    findings = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_integrity_results", x => x.code);
                });

            migrationBuilder.CreateTable(
                name: "journal_entries",
                columns: table => new
                {
                    entry_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    chain_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    source_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    posted_at = table.Column<long>(type: "INTEGER", nullable: false),
                    effective_at = table.Column<long>(type: "INTEGER", nullable: false),
                    happened_at = table.Column<long>(type: "INTEGER", nullable: true),
                    available_on = table.Column<long>(type: "INTEGER", nullable: true),
                    memo = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    reverses = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_journal_entries", x => x.entry_id);
                    table.ForeignKey(
                        name: "FK_journal_entries_journal_entries_reverses",
                        column: x => x.reverses,
                        principalTable: "journal_entries",
                        principalColumn: "entry_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "locked_days",
                columns: table => new
                {
                    day = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    starts_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    locked_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_locked_days", x => x.day);
                });

            migrationBuilder.CreateTable(
                name: "manual_entries",
                columns: table => new
                {
                    manual_entry_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    template = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    lines = table.Column<string>(type: "TEXT", nullable: false),
                    reverses = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    made_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false),
                    entry_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_manual_entries", x => x.manual_entry_id);
                });

            migrationBuilder.CreateTable(
                name: "mismatch_history",
                columns: table => new
                {
                    mismatch_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    from_status = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    to_status = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    cause = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    actor = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mismatch_history", x => new { x.mismatch_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    seq = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    event_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    aggregate_id = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    payload = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: true),
                    published_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox", x => x.seq);
                });

            migrationBuilder.CreateTable(
                name: "payment_events",
                columns: table => new
                {
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    buyer_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    is_payment_done = table.Column<bool>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    nonce = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    psp_token = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    link_key = table.Column<string>(type: "TEXT", maxLength: 48, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    reference = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    success_url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    cancel_url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    api_key_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    cancel_requested_at = table.Column<long>(type: "INTEGER", nullable: true),
                    declines = table.Column<int>(type: "INTEGER", nullable: false),
                    decline_cap = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 5),
                    row_version = table.Column<long>(type: "INTEGER", nullable: false),
                    history_version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payment_events", x => x.checkout_id);
                });

            migrationBuilder.CreateTable(
                name: "payment_history",
                columns: table => new
                {
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    from_status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: true),
                    to_status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    cause = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    actor = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payment_history", x => new { x.checkout_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "payment_notes",
                columns: table => new
                {
                    note_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    author = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    text = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payment_notes", x => x.note_id);
                });

            migrationBuilder.CreateTable(
                name: "payment_orders",
                columns: table => new
                {
                    payment_order_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    line = table.Column<int>(type: "INTEGER", nullable: false),
                    buyer_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    seller_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    platform_fee = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    payment_order_status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    ledger_updated = table.Column<bool>(type: "INTEGER", nullable: false),
                    wallet_updated = table.Column<bool>(type: "INTEGER", nullable: false),
                    refunded = table.Column<long>(type: "INTEGER", nullable: false, defaultValue: 0L),
                    refunded_fee = table.Column<long>(type: "INTEGER", nullable: false, defaultValue: 0L),
                    taken = table.Column<long>(type: "INTEGER", nullable: false, defaultValue: 0L),
                    description = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payment_orders", x => x.payment_order_id);
                    table.CheckConstraint("CK_payment_orders_amount", "amount > 0 AND platform_fee >= 0 AND platform_fee <= amount");
                    table.CheckConstraint("CK_payment_orders_refunded", "refunded >= 0 AND refunded <= amount AND refunded_fee >= 0 AND refunded_fee <= platform_fee AND refunded_fee <= refunded");
                });

            migrationBuilder.CreateTable(
                name: "payout_history",
                columns: table => new
                {
                    payout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    from_status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: true),
                    to_status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    cause = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    actor = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payout_history", x => new { x.payout_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "payout_sends",
                columns: table => new
                {
                    psp_payout_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    payout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    round = table.Column<int>(type: "INTEGER", nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payout_sends", x => x.psp_payout_id);
                });

            migrationBuilder.CreateTable(
                name: "payouts",
                columns: table => new
                {
                    payout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    seller_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    psp_account = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    bank_version = table.Column<int>(type: "INTEGER", nullable: false),
                    bank_last4 = table.Column<string>(type: "TEXT", maxLength: 4, nullable: true),
                    requested_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    round = table.Column<int>(type: "INTEGER", nullable: false),
                    transfer_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    psp_payout_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    reversal_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    is_taking_back = table.Column<bool>(type: "INTEGER", nullable: false),
                    cancel_requested_at = table.Column<long>(type: "INTEGER", nullable: true),
                    is_cancel_asked = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_waiting_for_balance = table.Column<bool>(type: "INTEGER", nullable: false),
                    failure_code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    failure_message = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    arrives_at = table.Column<long>(type: "INTEGER", nullable: true),
                    paid_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    row_version = table.Column<long>(type: "INTEGER", nullable: false),
                    history_version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payouts", x => x.payout_id);
                    table.CheckConstraint("ck_payouts_amount", "amount > 0");
                });

            migrationBuilder.CreateTable(
                name: "psp_bodies",
                columns: table => new
                {
                    event_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    body = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_psp_bodies", x => x.event_id);
                });

            migrationBuilder.CreateTable(
                name: "psp_calls",
                columns: table => new
                {
                    psp_key = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    item = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    step = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    generation = table.Column<int>(type: "INTEGER", nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    account = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    first_sent_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_sent_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_open = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_uncertain = table.Column<bool>(type: "INTEGER", nullable: false),
                    must_look_up = table.Column<bool>(type: "INTEGER", nullable: false),
                    absent_since = table.Column<long>(type: "INTEGER", nullable: true),
                    effect_proved = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    verdict = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    http_status = table.Column<int>(type: "INTEGER", nullable: true),
                    error_code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    request_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_psp_calls", x => x.psp_key);
                });

            migrationBuilder.CreateTable(
                name: "psp_catch_up",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    read_to = table.Column<long>(type: "INTEGER", nullable: false),
                    ran_at = table.Column<long>(type: "INTEGER", nullable: false),
                    found = table.Column<long>(type: "INTEGER", nullable: false),
                    error = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_psp_catch_up", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "psp_exchanges",
                columns: table => new
                {
                    exchange_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    item = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    method = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    psp_key = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    verdict = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    http_status = table.Column<int>(type: "INTEGER", nullable: true),
                    error_code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    request_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    is_replay = table.Column<bool>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    latency_us = table.Column<long>(type: "INTEGER", nullable: false),
                    request = table.Column<byte[]>(type: "BLOB", nullable: false),
                    response = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_psp_exchanges", x => x.exchange_id);
                });

            migrationBuilder.CreateTable(
                name: "psp_inbox",
                columns: table => new
                {
                    event_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    object_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    attempt_id = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    account = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    received_at = table.Column<long>(type: "INTEGER", nullable: false),
                    applied_at = table.Column<long>(type: "INTEGER", nullable: true),
                    deliveries = table.Column<int>(type: "INTEGER", nullable: false),
                    is_out_of_order = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    listed_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_psp_inbox", x => x.event_id);
                });

            migrationBuilder.CreateTable(
                name: "psp_refusals",
                columns: table => new
                {
                    hour = table.Column<long>(type: "INTEGER", nullable: false),
                    verdict = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_psp_refusals", x => new { x.hour, x.verdict });
                });

            migrationBuilder.CreateTable(
                name: "psp_repeats",
                columns: table => new
                {
                    event_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    received_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_psp_repeats", x => new { x.event_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "redrive_items",
                columns: table => new
                {
                    redrive_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    seq = table.Column<int>(type: "INTEGER", nullable: false),
                    dead_letter_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    before = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    after = table.Column<string>(type: "TEXT", maxLength: 700, nullable: true),
                    released_at = table.Column<long>(type: "INTEGER", nullable: true),
                    settled_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_redrive_items", x => new { x.redrive_id, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "redrives",
                columns: table => new
                {
                    redrive_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    scope = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    made_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false),
                    per_second = table.Column<int>(type: "INTEGER", nullable: false),
                    stop_after = table.Column<int>(type: "INTEGER", nullable: false),
                    total = table.Column<int>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_redrives", x => x.redrive_id);
                });

            migrationBuilder.CreateTable(
                name: "refunds",
                columns: table => new
                {
                    refund_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    source = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    payment_order_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    seller_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    session_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    intent_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    charge_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    finance_task_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    platform_fee = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    made_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    approval_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    psp_refund_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    failure_reason = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    row_version = table.Column<long>(type: "INTEGER", nullable: false),
                    history_version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_refunds", x => x.refund_id);
                    table.CheckConstraint("CK_refunds_amount", "amount > 0 AND platform_fee >= 0 AND platform_fee <= amount");
                });

            migrationBuilder.CreateTable(
                name: "report_orders",
                columns: table => new
                {
                    order_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    period_from = table.Column<long>(type: "INTEGER", nullable: false),
                    period_to = table.Column<long>(type: "INTEGER", nullable: false),
                    round = table.Column<int>(type: "INTEGER", nullable: false),
                    report_type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    run_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    file_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    done_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_report_orders", x => x.order_id);
                });

            migrationBuilder.CreateTable(
                name: "retry_policies",
                columns: table => new
                {
                    operation = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    error_class = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    first_us = table.Column<long>(type: "INTEGER", nullable: false),
                    step_us = table.Column<long>(type: "INTEGER", nullable: false),
                    longest_us = table.Column<long>(type: "INTEGER", nullable: false),
                    max_tries = table.Column<int>(type: "INTEGER", nullable: true),
                    give_up_us = table.Column<long>(type: "INTEGER", nullable: true),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    published_at = table.Column<long>(type: "INTEGER", nullable: true),
                    published_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retry_policies", x => new { x.operation, x.error_class, x.version });
                });

            migrationBuilder.CreateTable(
                name: "retry_tasks",
                columns: table => new
                {
                    task_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    subject_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    polls = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 0),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    is_held = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    last_error = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    operation = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    error_class = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    error_code = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    dead_letter_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retry_tasks", x => x.task_id);
                });

            migrationBuilder.CreateTable(
                name: "return_history",
                columns: table => new
                {
                    item_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    from_status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: true),
                    to_status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    cause = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    actor = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_return_history", x => new { x.item_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "scheduled_payouts",
                columns: table => new
                {
                    seller_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    period = table.Column<string>(type: "TEXT", maxLength: 12, nullable: false),
                    payout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    refused = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_scheduled_payouts", x => new { x.seller_account, x.period });
                });

            migrationBuilder.CreateTable(
                name: "seller_accounts",
                columns: table => new
                {
                    seller_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: true),
                    platform_fee_bp = table.Column<int>(type: "INTEGER", nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    email = table.Column<byte[]>(type: "BLOB", nullable: true),
                    country = table.Column<string>(type: "TEXT", maxLength: 2, nullable: true),
                    bank = table.Column<byte[]>(type: "BLOB", nullable: true),
                    bank_currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: true),
                    bank_last4 = table.Column<string>(type: "TEXT", maxLength: 4, nullable: true),
                    bank_version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 0),
                    bank_sent_version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 0),
                    psp_account = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    is_psp_account_ours = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    is_payouts_enabled = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    payout_schedule = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false, defaultValue: "Manual"),
                    payout_threshold = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_seller_accounts", x => x.seller_account);
                    table.CheckConstraint("ck_seller_accounts_fee", "platform_fee_bp IS NULL OR (platform_fee_bp >= 0 AND platform_fee_bp <= 10000)");
                });

            migrationBuilder.CreateTable(
                name: "session_differences",
                columns: table => new
                {
                    session_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    found_at = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_session_differences", x => x.session_id);
                });

            migrationBuilder.CreateTable(
                name: "settlement_files",
                columns: table => new
                {
                    file_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    psp = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    origin = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    rows = table.Column<int>(type: "INTEGER", nullable: false),
                    unreadable = table.Column<int>(type: "INTEGER", nullable: false),
                    faults = table.Column<byte[]>(type: "BLOB", nullable: true),
                    known_rows = table.Column<int>(type: "INTEGER", nullable: false),
                    period_from = table.Column<long>(type: "INTEGER", nullable: true),
                    period_to = table.Column<long>(type: "INTEGER", nullable: true),
                    matched_to = table.Column<int>(type: "INTEGER", nullable: false),
                    known_from = table.Column<string>(type: "TEXT", nullable: false),
                    uploaded_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    uploaded_at = table.Column<long>(type: "INTEGER", nullable: false),
                    accepted_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    accepted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    is_swept = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settlement_files", x => x.file_id);
                });

            migrationBuilder.CreateTable(
                name: "staff_roles",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    normalized_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    concurrency_stamp = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staff_roles", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "staff_users",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    sealed_email = table.Column<byte[]>(type: "BLOB", nullable: true),
                    email_index = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_disabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    email_confirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    password_hash = table.Column<string>(type: "TEXT", nullable: true),
                    security_stamp = table.Column<string>(type: "TEXT", nullable: true),
                    concurrency_stamp = table.Column<string>(type: "TEXT", nullable: true),
                    phone_number_confirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    two_factor_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    lockout_end = table.Column<long>(type: "INTEGER", nullable: true),
                    lockout_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    access_failed_count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staff_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "store_meta",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    value = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_store_meta", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    buyer_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    user_name = table.Column<byte[]>(type: "BLOB", nullable: true),
                    email = table.Column<byte[]>(type: "BLOB", nullable: true),
                    email_index = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_users", x => x.user_id);
                });

            migrationBuilder.CreateTable(
                name: "wallet_balances",
                columns: table => new
                {
                    seller_account = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    payable = table.Column<long>(type: "INTEGER", nullable: false),
                    held = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_wallet_balances", x => new { x.seller_account, x.currency });
                });

            migrationBuilder.CreateTable(
                name: "webhook_attempts",
                columns: table => new
                {
                    delivery_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    latency_milliseconds = table.Column<long>(type: "INTEGER", nullable: false),
                    request_headers = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    http_status = table.Column<int>(type: "INTEGER", nullable: true),
                    answer = table.Column<byte[]>(type: "BLOB", nullable: true),
                    error = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_attempts", x => new { x.delivery_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                columns: table => new
                {
                    delivery_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    endpoint_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    event_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    event_type = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    aggregate_id = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    last_status = table.Column<int>(type: "INTEGER", nullable: true),
                    last_error = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    delivered_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_deliveries", x => x.delivery_id);
                });

            migrationBuilder.CreateTable(
                name: "webhook_endpoints",
                columns: table => new
                {
                    endpoint_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    description = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    types = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    state_reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    secret = table.Column<byte[]>(type: "BLOB", nullable: false),
                    old_secret = table.Column<byte[]>(type: "BLOB", nullable: true),
                    old_secret_until = table.Column<long>(type: "INTEGER", nullable: true),
                    from_position = table.Column<long>(type: "INTEGER", nullable: false),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    warned_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_success_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_endpoints", x => x.endpoint_id);
                });

            migrationBuilder.CreateTable(
                name: "day_close_figures",
                columns: table => new
                {
                    day = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    category = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    orders = table.Column<long>(type: "INTEGER", nullable: true),
                    ledger = table.Column<long>(type: "INTEGER", nullable: false),
                    wallets = table.Column<long>(type: "INTEGER", nullable: false),
                    psp = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_day_close_figures", x => new { x.day, x.currency, x.category });
                    table.ForeignKey(
                        name: "FK_day_close_figures_day_closes_day",
                        column: x => x.day,
                        principalTable: "day_closes",
                        principalColumn: "day",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "day_close_items",
                columns: table => new
                {
                    day = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    category = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    item = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    orders = table.Column<long>(type: "INTEGER", nullable: true),
                    ledger = table.Column<long>(type: "INTEGER", nullable: false),
                    wallets = table.Column<long>(type: "INTEGER", nullable: false),
                    psp = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    about = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_day_close_items", x => new { x.day, x.number });
                    table.ForeignKey(
                        name: "FK_day_close_items_day_closes_day",
                        column: x => x.day,
                        principalTable: "day_closes",
                        principalColumn: "day",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "postings",
                columns: table => new
                {
                    entry_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    line = table.Column<int>(type: "INTEGER", nullable: false),
                    account = table.Column<string>(type: "TEXT", maxLength: 130, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    available_on = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_postings", x => new { x.entry_id, x.line });
                    table.CheckConstraint("ck_postings_amount", "amount <> 0");
                    table.ForeignKey(
                        name: "FK_postings_journal_entries_entry_id",
                        column: x => x.entry_id,
                        principalTable: "journal_entries",
                        principalColumn: "entry_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "settlement_lines",
                columns: table => new
                {
                    file_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    line = table.Column<int>(type: "INTEGER", nullable: false),
                    psp = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    transaction_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    category = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    source_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    gross = table.Column<long>(type: "INTEGER", nullable: false),
                    fee = table.Column<long>(type: "INTEGER", nullable: false),
                    net = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    available_on = table.Column<long>(type: "INTEGER", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false),
                    bucket = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    is_counted = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    effective_at = table.Column<long>(type: "INTEGER", nullable: true),
                    fact = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settlement_lines", x => new { x.file_id, x.line });
                    table.ForeignKey(
                        name: "FK_settlement_lines_settlement_files_file_id",
                        column: x => x.file_id,
                        principalTable: "settlement_files",
                        principalColumn: "file_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "settlement_totals",
                columns: table => new
                {
                    file_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    rows = table.Column<int>(type: "INTEGER", nullable: false),
                    gross = table.Column<long>(type: "INTEGER", nullable: false),
                    fee = table.Column<long>(type: "INTEGER", nullable: false),
                    net = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settlement_totals", x => new { x.file_id, x.currency });
                    table.ForeignKey(
                        name: "FK_settlement_totals_settlement_files_file_id",
                        column: x => x.file_id,
                        principalTable: "settlement_files",
                        principalColumn: "file_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "staff_role_claims",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    role_id = table.Column<string>(type: "TEXT", nullable: false),
                    claim_type = table.Column<string>(type: "TEXT", nullable: true),
                    claim_value = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staff_role_claims", x => x.id);
                    table.ForeignKey(
                        name: "FK_staff_role_claims_staff_roles_role_id",
                        column: x => x.role_id,
                        principalTable: "staff_roles",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "staff_sessions",
                columns: table => new
                {
                    session_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staff_sessions", x => x.session_id);
                    table.ForeignKey(
                        name: "FK_staff_sessions_staff_users_user_id",
                        column: x => x.user_id,
                        principalTable: "staff_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "staff_user_claims",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    claim_type = table.Column<string>(type: "TEXT", nullable: true),
                    claim_value = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staff_user_claims", x => x.id);
                    table.ForeignKey(
                        name: "FK_staff_user_claims_staff_users_user_id",
                        column: x => x.user_id,
                        principalTable: "staff_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "staff_user_logins",
                columns: table => new
                {
                    login_provider = table.Column<string>(type: "TEXT", nullable: false),
                    provider_key = table.Column<string>(type: "TEXT", nullable: false),
                    provider_display_name = table.Column<string>(type: "TEXT", nullable: true),
                    user_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staff_user_logins", x => new { x.login_provider, x.provider_key });
                    table.ForeignKey(
                        name: "FK_staff_user_logins_staff_users_user_id",
                        column: x => x.user_id,
                        principalTable: "staff_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "staff_user_roles",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    role_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staff_user_roles", x => new { x.user_id, x.role_id });
                    table.ForeignKey(
                        name: "FK_staff_user_roles_staff_roles_role_id",
                        column: x => x.role_id,
                        principalTable: "staff_roles",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_staff_user_roles_staff_users_user_id",
                        column: x => x.user_id,
                        principalTable: "staff_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "staff_user_tokens",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    login_provider = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staff_user_tokens", x => new { x.user_id, x.login_provider, x.name });
                    table.ForeignKey(
                        name: "FK_staff_user_tokens_staff_users_user_id",
                        column: x => x.user_id,
                        principalTable: "staff_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "mismatches",
                columns: table => new
                {
                    mismatch_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    @class = table.Column<string>(name: "class", type: "TEXT", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    file_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    line = table.Column<int>(type: "INTEGER", nullable: true),
                    fact = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true),
                    transaction_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    category = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    source_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    their_currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: true),
                    their_gross = table.Column<long>(type: "INTEGER", nullable: true),
                    their_fee = table.Column<long>(type: "INTEGER", nullable: true),
                    our_currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: true),
                    our_gross = table.Column<long>(type: "INTEGER", nullable: true),
                    our_fee = table.Column<long>(type: "INTEGER", nullable: true),
                    variance = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    happened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    timing_until = table.Column<long>(type: "INTEGER", nullable: true),
                    owner = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    proposal = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    entry_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    history_version = table.Column<long>(type: "INTEGER", nullable: false),
                    batch_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mismatches", x => x.mismatch_id);
                    table.ForeignKey(
                        name: "FK_mismatches_settlement_lines_file_id_line",
                        columns: x => new { x.file_id, x.line },
                        principalTable: "settlement_lines",
                        principalColumns: new[] { "file_id", "line" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_key_hash",
                table: "api_keys",
                column: "key_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_approvals_kind_subject_id",
                table: "approvals",
                columns: new[] { "kind", "subject_id" },
                unique: true,
                filter: "state = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "IX_approvals_state_approval_id",
                table: "approvals",
                columns: new[] { "state", "approval_id" });

            migrationBuilder.CreateIndex(
                name: "IX_approvals_subject_id_state",
                table: "approvals",
                columns: new[] { "subject_id", "state" });

            migrationBuilder.CreateIndex(
                name: "IX_attempt_charges_card_last4",
                table: "attempt_charges",
                column: "card_last4");

            migrationBuilder.CreateIndex(
                name: "IX_attempt_charges_checkout_id",
                table: "attempt_charges",
                column: "checkout_id");

            migrationBuilder.CreateIndex(
                name: "IX_attempts_checkout_id_number",
                table: "attempts",
                columns: new[] { "checkout_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_attempts_intent_id",
                table: "attempts",
                column: "intent_id",
                filter: "intent_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_attempts_one_open",
                table: "attempts",
                column: "checkout_id",
                unique: true,
                filter: "state = 'Open'");

            migrationBuilder.CreateIndex(
                name: "IX_attempts_psp_token",
                table: "attempts",
                column: "psp_token",
                unique: true,
                filter: "psp_token IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_audit_log_object_id_seq",
                table: "audit_log",
                columns: new[] { "object_id", "seq" });

            migrationBuilder.CreateIndex(
                name: "IX_booked_sessions_booked_at",
                table: "booked_sessions",
                column: "booked_at");

            migrationBuilder.CreateIndex(
                name: "IX_booked_sessions_charge_id",
                table: "booked_sessions",
                column: "charge_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_booked_sessions_checkout_id",
                table: "booked_sessions",
                column: "checkout_id");

            migrationBuilder.CreateIndex(
                name: "IX_dead_letters_checkout_id",
                table: "dead_letters",
                column: "checkout_id");

            migrationBuilder.CreateIndex(
                name: "IX_dead_letters_kind_subject_id",
                table: "dead_letters",
                columns: new[] { "kind", "subject_id" },
                unique: true,
                filter: "state IN ('Open', 'Redriving')");

            migrationBuilder.CreateIndex(
                name: "IX_dead_letters_last_seen_cause_key",
                table: "dead_letters",
                columns: new[] { "last_seen", "cause_key" });

            migrationBuilder.CreateIndex(
                name: "IX_dead_letters_state_cause_key_dead_letter_id",
                table: "dead_letters",
                columns: new[] { "state", "cause_key", "dead_letter_id" });

            migrationBuilder.CreateIndex(
                name: "IX_dispute_shares_payment_order_id",
                table: "dispute_shares",
                column: "payment_order_id");

            migrationBuilder.CreateIndex(
                name: "IX_disputes_charge_id",
                table: "disputes",
                column: "charge_id");

            migrationBuilder.CreateIndex(
                name: "IX_disputes_checkout_id",
                table: "disputes",
                column: "checkout_id");

            migrationBuilder.CreateIndex(
                name: "IX_disputes_due_by_dispute_id",
                table: "disputes",
                columns: new[] { "due_by", "dispute_id" });

            migrationBuilder.CreateIndex(
                name: "IX_disputes_psp_dispute_id",
                table: "disputes",
                column: "psp_dispute_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_disputes_status_due_by_dispute_id",
                table: "disputes",
                columns: new[] { "status", "due_by", "dispute_id" });

            migrationBuilder.CreateIndex(
                name: "IX_event_parked_consumer_aggregate_id_position",
                table: "event_parked",
                columns: new[] { "consumer", "aggregate_id", "position" });

            migrationBuilder.CreateIndex(
                name: "IX_finance_tasks_checkout_id_state",
                table: "finance_tasks",
                columns: new[] { "checkout_id", "state" });

            migrationBuilder.CreateIndex(
                name: "IX_finance_tasks_state",
                table: "finance_tasks",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_journal_entries_chain_id_seq",
                table: "journal_entries",
                columns: new[] { "chain_id", "seq" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_journal_entries_checkout_id",
                table: "journal_entries",
                column: "checkout_id");

            migrationBuilder.CreateIndex(
                name: "IX_journal_entries_effective_at",
                table: "journal_entries",
                column: "effective_at");

            migrationBuilder.CreateIndex(
                name: "IX_journal_entries_kind_source_id",
                table: "journal_entries",
                columns: new[] { "kind", "source_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_journal_entries_reverses",
                table: "journal_entries",
                column: "reverses",
                unique: true,
                filter: "reverses IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_locked_days_ends_at",
                table: "locked_days",
                column: "ends_at",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_manual_entries_reverses",
                table: "manual_entries",
                column: "reverses",
                unique: true,
                filter: "reverses IS NOT NULL AND state = 'Proposed'");

            migrationBuilder.CreateIndex(
                name: "IX_mismatches_batch_id",
                table: "mismatches",
                column: "batch_id",
                filter: "batch_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_mismatches_class_closed_at",
                table: "mismatches",
                columns: new[] { "class", "closed_at" });

            migrationBuilder.CreateIndex(
                name: "IX_mismatches_fact",
                table: "mismatches",
                column: "fact",
                unique: true,
                filter: "file_id IS NULL AND state <> 'Withdrawn'");

            migrationBuilder.CreateIndex(
                name: "IX_mismatches_file_id_line",
                table: "mismatches",
                columns: new[] { "file_id", "line" },
                unique: true,
                filter: "state <> 'Withdrawn' AND file_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_mismatches_state_due_at",
                table: "mismatches",
                columns: new[] { "state", "due_at" });

            migrationBuilder.CreateIndex(
                name: "IX_outbox_aggregate_id_version",
                table: "outbox",
                columns: new[] { "aggregate_id", "version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_outbox_event_id",
                table: "outbox",
                column: "event_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_outbox_position",
                table: "outbox",
                column: "position",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_outbox_unpublished",
                table: "outbox",
                column: "seq",
                filter: "position IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_payment_events_currency_amount_checkout_id",
                table: "payment_events",
                columns: new[] { "currency", "amount", "checkout_id" });

            migrationBuilder.CreateIndex(
                name: "IX_payment_events_link_key",
                table: "payment_events",
                column: "link_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payment_events_psp_token",
                table: "payment_events",
                column: "psp_token",
                unique: true,
                filter: "psp_token IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_payment_events_reference_checkout_id",
                table: "payment_events",
                columns: new[] { "reference", "checkout_id" });

            migrationBuilder.CreateIndex(
                name: "IX_payment_events_status_checkout_id",
                table: "payment_events",
                columns: new[] { "status", "checkout_id" });

            migrationBuilder.CreateIndex(
                name: "IX_payment_events_user_id_checkout_id",
                table: "payment_events",
                columns: new[] { "user_id", "checkout_id" });

            migrationBuilder.CreateIndex(
                name: "IX_payment_notes_checkout_id",
                table: "payment_notes",
                column: "checkout_id");

            migrationBuilder.CreateIndex(
                name: "IX_payment_orders_checkout_id_line",
                table: "payment_orders",
                columns: new[] { "checkout_id", "line" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payment_orders_seller_account_payment_order_id",
                table: "payment_orders",
                columns: new[] { "seller_account", "payment_order_id" });

            migrationBuilder.CreateIndex(
                name: "IX_payout_sends_payout_id_round",
                table: "payout_sends",
                columns: new[] { "payout_id", "round" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payouts_is_waiting_for_balance",
                table: "payouts",
                column: "is_waiting_for_balance",
                filter: "is_waiting_for_balance");

            migrationBuilder.CreateIndex(
                name: "IX_payouts_psp_account",
                table: "payouts",
                column: "psp_account",
                filter: "status = 'SENDING'");

            migrationBuilder.CreateIndex(
                name: "IX_payouts_reversal_id",
                table: "payouts",
                column: "reversal_id",
                unique: true,
                filter: "reversal_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_payouts_seller_account_payout_id",
                table: "payouts",
                columns: new[] { "seller_account", "payout_id" });

            migrationBuilder.CreateIndex(
                name: "IX_payouts_status_payout_id",
                table: "payouts",
                columns: new[] { "status", "payout_id" });

            migrationBuilder.CreateIndex(
                name: "IX_payouts_transfer_id",
                table: "payouts",
                column: "transfer_id",
                unique: true,
                filter: "transfer_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_postings_account_currency_available_on",
                table: "postings",
                columns: new[] { "account", "currency", "available_on" },
                filter: "available_on IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_postings_account_seq",
                table: "postings",
                columns: new[] { "account", "seq" });

            migrationBuilder.CreateIndex(
                name: "IX_psp_calls_item_step_generation",
                table: "psp_calls",
                columns: new[] { "item", "step", "generation" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_psp_exchanges_checkout_id",
                table: "psp_exchanges",
                column: "checkout_id",
                filter: "checkout_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_psp_exchanges_exchange_id",
                table: "psp_exchanges",
                column: "exchange_id",
                filter: "verdict <> 'Succeeded'");

            migrationBuilder.CreateIndex(
                name: "IX_psp_exchanges_item_exchange_id",
                table: "psp_exchanges",
                columns: new[] { "item", "exchange_id" });

            migrationBuilder.CreateIndex(
                name: "IX_psp_inbox_attempt_id",
                table: "psp_inbox",
                column: "attempt_id");

            migrationBuilder.CreateIndex(
                name: "IX_psp_inbox_object_id",
                table: "psp_inbox",
                column: "object_id");

            migrationBuilder.CreateIndex(
                name: "IX_psp_inbox_received_at",
                table: "psp_inbox",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "IX_psp_inbox_state",
                table: "psp_inbox",
                column: "state",
                filter: "state <> 'Applied'");

            migrationBuilder.CreateIndex(
                name: "IX_psp_repeats_received_at",
                table: "psp_repeats",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "IX_redrive_items_letter",
                table: "redrive_items",
                column: "dead_letter_id");

            migrationBuilder.CreateIndex(
                name: "IX_redrive_items_one_open",
                table: "redrive_items",
                column: "dead_letter_id",
                unique: true,
                filter: "state IN ('Waiting', 'Working')");

            migrationBuilder.CreateIndex(
                name: "IX_redrive_items_redrive_id_state_seq",
                table: "redrive_items",
                columns: new[] { "redrive_id", "state", "seq" });

            migrationBuilder.CreateIndex(
                name: "IX_refunds_charge_id",
                table: "refunds",
                column: "charge_id");

            migrationBuilder.CreateIndex(
                name: "IX_refunds_checkout_id_refund_id",
                table: "refunds",
                columns: new[] { "checkout_id", "refund_id" });

            migrationBuilder.CreateIndex(
                name: "IX_refunds_one_per_task",
                table: "refunds",
                column: "finance_task_id",
                unique: true,
                filter: "finance_task_id IS NOT NULL AND status NOT IN ('REFUSED', 'CANCELED', 'FAILED')");

            migrationBuilder.CreateIndex(
                name: "IX_refunds_payment_order_id_refund_id",
                table: "refunds",
                columns: new[] { "payment_order_id", "refund_id" });

            migrationBuilder.CreateIndex(
                name: "IX_refunds_psp_refund_id",
                table: "refunds",
                column: "psp_refund_id",
                unique: true,
                filter: "psp_refund_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_refunds_status_refund_id",
                table: "refunds",
                columns: new[] { "status", "refund_id" });

            migrationBuilder.CreateIndex(
                name: "IX_report_orders_period_to",
                table: "report_orders",
                column: "period_to");

            migrationBuilder.CreateIndex(
                name: "IX_retry_policies_operation_error_class_state",
                table: "retry_policies",
                columns: new[] { "operation", "error_class", "state" },
                unique: true,
                filter: "state <> 'Retired'");

            migrationBuilder.CreateIndex(
                name: "IX_retry_tasks_kind_subject_id",
                table: "retry_tasks",
                columns: new[] { "kind", "subject_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_retry_tasks_state_due_at",
                table: "retry_tasks",
                columns: new[] { "state", "due_at" });

            migrationBuilder.CreateIndex(
                name: "IX_seller_accounts_payout_schedule",
                table: "seller_accounts",
                column: "payout_schedule",
                filter: "payout_schedule <> 'Manual'");

            migrationBuilder.CreateIndex(
                name: "IX_seller_accounts_psp_account",
                table: "seller_accounts",
                column: "psp_account",
                unique: true,
                filter: "psp_account IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_session_differences_found_at",
                table: "session_differences",
                column: "found_at",
                filter: "closed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_settlement_files_sha256",
                table: "settlement_files",
                column: "sha256",
                unique: true,
                filter: "state IN ('Staged', 'Accepting', 'Accepted', 'RollingBack')");

            migrationBuilder.CreateIndex(
                name: "IX_settlement_files_state_period_to",
                table: "settlement_files",
                columns: new[] { "state", "period_to" });

            migrationBuilder.CreateIndex(
                name: "IX_settlement_lines_effective_at_file_id",
                table: "settlement_lines",
                columns: new[] { "effective_at", "file_id" },
                filter: "is_counted = 1");

            migrationBuilder.CreateIndex(
                name: "IX_settlement_lines_fact",
                table: "settlement_lines",
                column: "fact",
                unique: true,
                filter: "fact IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_settlement_lines_psp_transaction_id",
                table: "settlement_lines",
                columns: new[] { "psp", "transaction_id" },
                unique: true,
                filter: "is_counted = 1");

            migrationBuilder.CreateIndex(
                name: "IX_staff_role_claims_role_id",
                table: "staff_role_claims",
                column: "role_id");

            migrationBuilder.CreateIndex(
                name: "RoleNameIndex",
                table: "staff_roles",
                column: "normalized_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_staff_sessions_user_id_seen_at",
                table: "staff_sessions",
                columns: new[] { "user_id", "seen_at" });

            migrationBuilder.CreateIndex(
                name: "IX_staff_user_claims_user_id",
                table: "staff_user_claims",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_staff_user_logins_user_id",
                table: "staff_user_logins",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_staff_user_roles_role_id",
                table: "staff_user_roles",
                column: "role_id");

            migrationBuilder.CreateIndex(
                name: "IX_staff_users_email_index",
                table: "staff_users",
                column: "email_index",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_users_buyer_account",
                table: "users",
                column: "buyer_account",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_users_email_index",
                table: "users",
                column: "email_index");

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_aggregate_id_delivery_id",
                table: "webhook_deliveries",
                columns: new[] { "aggregate_id", "delivery_id" });

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_endpoint_id_event_id",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "event_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_endpoint_id_state_delivery_id",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "state", "delivery_id" });

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_event_id",
                table: "webhook_deliveries",
                column: "event_id");

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_state_delivery_id",
                table: "webhook_deliveries",
                columns: new[] { "state", "delivery_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_snapshots");

            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "approval_sums");

            migrationBuilder.DropTable(
                name: "approvals");

            migrationBuilder.DropTable(
                name: "attempt_charges");

            migrationBuilder.DropTable(
                name: "attempts");

            migrationBuilder.DropTable(
                name: "audit_log");

            migrationBuilder.DropTable(
                name: "booked_sessions");

            migrationBuilder.DropTable(
                name: "chain_heads");

            migrationBuilder.DropTable(
                name: "chain_places");

            migrationBuilder.DropTable(
                name: "day_close_figures");

            migrationBuilder.DropTable(
                name: "day_close_items");

            migrationBuilder.DropTable(
                name: "dead_letter_causes");

            migrationBuilder.DropTable(
                name: "dead_letters");

            migrationBuilder.DropTable(
                name: "dispute_shares");

            migrationBuilder.DropTable(
                name: "disputes");

            migrationBuilder.DropTable(
                name: "event_consumers");

            migrationBuilder.DropTable(
                name: "event_parked");

            migrationBuilder.DropTable(
                name: "fee_terms");

            migrationBuilder.DropTable(
                name: "finance_tasks");

            migrationBuilder.DropTable(
                name: "hourly_figures");

            migrationBuilder.DropTable(
                name: "idempotency_keys");

            migrationBuilder.DropTable(
                name: "integrity_results");

            migrationBuilder.DropTable(
                name: "locked_days");

            migrationBuilder.DropTable(
                name: "manual_entries");

            migrationBuilder.DropTable(
                name: "mismatch_history");

            migrationBuilder.DropTable(
                name: "mismatches");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "payment_events");

            migrationBuilder.DropTable(
                name: "payment_history");

            migrationBuilder.DropTable(
                name: "payment_notes");

            migrationBuilder.DropTable(
                name: "payment_orders");

            migrationBuilder.DropTable(
                name: "payout_history");

            migrationBuilder.DropTable(
                name: "payout_sends");

            migrationBuilder.DropTable(
                name: "payouts");

            migrationBuilder.DropTable(
                name: "postings");

            migrationBuilder.DropTable(
                name: "psp_bodies");

            migrationBuilder.DropTable(
                name: "psp_calls");

            migrationBuilder.DropTable(
                name: "psp_catch_up");

            migrationBuilder.DropTable(
                name: "psp_exchanges");

            migrationBuilder.DropTable(
                name: "psp_inbox");

            migrationBuilder.DropTable(
                name: "psp_refusals");

            migrationBuilder.DropTable(
                name: "psp_repeats");

            migrationBuilder.DropTable(
                name: "redrive_items");

            migrationBuilder.DropTable(
                name: "redrives");

            migrationBuilder.DropTable(
                name: "refunds");

            migrationBuilder.DropTable(
                name: "report_orders");

            migrationBuilder.DropTable(
                name: "retry_policies");

            migrationBuilder.DropTable(
                name: "retry_tasks");

            migrationBuilder.DropTable(
                name: "return_history");

            migrationBuilder.DropTable(
                name: "scheduled_payouts");

            migrationBuilder.DropTable(
                name: "seller_accounts");

            migrationBuilder.DropTable(
                name: "session_differences");

            migrationBuilder.DropTable(
                name: "settlement_totals");

            migrationBuilder.DropTable(
                name: "staff_role_claims");

            migrationBuilder.DropTable(
                name: "staff_sessions");

            migrationBuilder.DropTable(
                name: "staff_user_claims");

            migrationBuilder.DropTable(
                name: "staff_user_logins");

            migrationBuilder.DropTable(
                name: "staff_user_roles");

            migrationBuilder.DropTable(
                name: "staff_user_tokens");

            migrationBuilder.DropTable(
                name: "store_meta");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropTable(
                name: "wallet_balances");

            migrationBuilder.DropTable(
                name: "webhook_attempts");

            migrationBuilder.DropTable(
                name: "webhook_deliveries");

            migrationBuilder.DropTable(
                name: "webhook_endpoints");

            migrationBuilder.DropTable(
                name: "day_closes");

            migrationBuilder.DropTable(
                name: "settlement_lines");

            migrationBuilder.DropTable(
                name: "journal_entries");

            migrationBuilder.DropTable(
                name: "staff_roles");

            migrationBuilder.DropTable(
                name: "staff_users");

            migrationBuilder.DropTable(
                name: "settlement_files");
        }
    }
}
