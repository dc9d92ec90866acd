using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>The engine as the host registers it, with a store of its own, a clock that stands still, and the stub PSP behind the port. Nothing runs by itself.</summary>
internal sealed class StubEngine : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _directory;
    private int _made;

    private StubEngine(ServiceProvider services, string directory, ManualTime time, StubPsp psp) => (_services, _directory, Time, Psp) = (services, directory, time, psp);

    public ManualTime Time { get; }

    public StubPsp Psp { get; }

    public IServiceProvider Services => _services;

    public WriteLane Lane => Get<WriteLane>();

    public string StoreFile => Path.Combine(_directory, "portal.db");

    /// <param name="replace">Puts other parts in the place of the host's.</param>
    /// <param name="from">Goes on from what <see cref="CopyTo"/> kept.</param>
    public static async Task<StubEngine> StartAsync(Action<IServiceCollection, TimeProvider>? replace = null, string? from = null)
    {
        var directory = Directory.CreateTempSubdirectory("engine-stub-").FullName;
        if (from is not null) Copy(from, directory);
        var dialect = new SqliteDialect(Path.Combine(directory, "portal.db"));
        await StoreMigrator.MigrateAsync(dialect, CancellationToken.None);
        var time = new ManualTime();
        var psp = new StubPsp(time);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        services.AddSingleton<TimeProvider>(time);
        var settings = new PaymentSettings { PublicBaseAddress = () => "http://portal.example" };
        services.AddPaymentCore(dialect, KeyRing.OpenOrCreate(Path.Combine(directory, "keys")), directory, settings, new StripeOptions { BaseAddress = new Uri("http://psp.example"), ApiKey = "none" });
        services.Replace(ServiceDescriptor.Singleton<IPaymentServiceProvider>(psp));
        replace?.Invoke(services, time);
        return new StubEngine(services.BuildServiceProvider(), directory, time, psp);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A checkout of 25.00 USD in two orders.</summary>
    public async Task<MadeCheckout> CreateAsync()
    {
        var number = Interlocked.Increment(ref _made);
        var request = new CheckoutRequest("buyer-1", null, null, "USD", null, null, null, [new OrderRequest("seller-1", "12.50", null), new OrderRequest("seller-2", "12.50", null)]);
        var link = "";
        var id = "";
        await Get<PaymentService>().CreateAsync(CheckoutRules.Check(request).Value, IdempotentCall.Of("key_test", "k" + number, "POST test", []), view =>
        {
            (id, link) = (view.Id.Value, view.CheckoutUrl.Split('/')[^1]);
            return "{}";
        }, CancellationToken.None);
        return new MadeCheckout(id, link);
    }

    /// <summary>Presses Pay and gives the open attempt.</summary>
    public async Task<string> PressAsync(MadeCheckout checkout)
    {
        Assert.IsType<PayAnswer.ToPsp>(await Get<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None));
        return await Lane.RunAsync(unit => unit.QueryFirst("SELECT nonce FROM payment_events WHERE checkout_id = $1", row => row.GetString(0), checkout.Id), CancellationToken.None) ?? throw new InvalidOperationException("No attempt.");
    }

    public async Task<MadeCheckout> PaidAsync()
    {
        var checkout = await CreateAsync();
        var attempt = await PressAsync(checkout);
        Psp.Pay(Psp[attempt].Id);
        await Get<BuyerCheckout>().ReturnedAsync(checkout.Link, CancellationToken.None);
        return checkout;
    }

    /// <summary>Paid otherwise than was asked for, or settled otherwise than it was paid: finance has it.</summary>
    public async Task<(MadeCheckout Checkout, string Session)> PaidOddlyAsync(Money? total = null, Money? settledAs = null)
    {
        var checkout = await CreateAsync();
        var session = Psp[await PressAsync(checkout)].Id;
        Psp.Pay(session, total, settledAs);
        await Get<BuyerCheckout>().ReturnedAsync(checkout.Link, CancellationToken.None);
        return (checkout, session);
    }

    /// <summary>The PSP's word about a refund; a failed one was taken and came back.</summary>
    public Task AnswerAsync(RefundId id, PspRefundStatus status) => Lane.RunAsync(
        unit =>
        {
            var refund = RefundRow.Find(unit, id)!;
            var back = status == PspRefundStatus.Failed ? Movement("txn_back_" + id, refund.Amount, unit.Now) : null;
            var theirs = new PspRefund("re_" + id, status, refund.Amount, refund.ChargeId, null, null, unit.Now, Movement("txn_" + id, -refund.Amount, unit.Now), back);
            if (Get<RefundOutcome>().Apply(unit, refund, theirs) == RefundEnd.Over) RetryQueue.Remove(unit, RefundSteps.Refund, id.Value);
            return 0;
        },
        CancellationToken.None);

    /// <summary>The PSP's word about the dispute of a checkout's charge: money and a fee of 15.00 are gone unless it is an inquiry, and back when it is won.</summary>
    public Task<DisputeId> DisputeAsync(MadeCheckout checkout, Money total, PspDisputeStatus status) => Lane.RunAsync(
        unit =>
        {
            var charge = unit.QueryFirst("SELECT charge_id FROM attempt_charges WHERE checkout_id = $1 AND is_paid = 1", row => row.GetString(0), checkout.Id)!;
            var fee = Books.Usd(1500);
            var isInquiry = status is PspDisputeStatus.InquiryNeedsResponse or PspDisputeStatus.InquiryUnderReview or PspDisputeStatus.InquiryClosed or PspDisputeStatus.Prevented;
            var taken = isInquiry ? null : new PspBalanceTransaction("txn_dp_" + charge, -total, fee, -total - fee, unit.Now, unit.Now);
            var back = status == PspDisputeStatus.Won ? Movement("txn_won_" + charge, total, unit.Now) : null;
            var theirs = new PspDispute("dp_" + charge, status, total, "fraudulent", charge, null, null, unit.Now.AddDays(7), HasEvidence: false, Submissions: 0, unit.Now, taken, back);
            var dispute = DisputeRow.FindByPspId(unit, theirs.Id) ?? Get<DisputeOutcome>().Begin(unit, theirs)!;
            if (Get<DisputeOutcome>().Apply(unit, dispute, theirs) == DisputeEnd.Over) DisputeCheck.EndSteps(unit, dispute.Id.Value);
            return dispute.Id;
        },
        CancellationToken.None);

    /// <summary>Takes an event in as the webhook does, and works on it at once.</summary>
    public async Task ReceiveAsync(PspEvent received)
    {
        await Get<PspInbox>().ReceiveAsync(received, "{}", () => { }, CancellationToken.None);
        if (await Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, PspInbox.Step, received.Id), CancellationToken.None) is { } task)
            await Get<RetryWorker>().RunOneAsync(task, CancellationToken.None);
    }

    public Task<string?> TextAsync(string sql, params object[] values) => Lane.RunAsync(unit => unit.QueryFirst(sql, row => row.GetString(0), values), CancellationToken.None);

    public Task<long> ScalarAsync(string sql, params object[] values) => Lane.RunAsync(unit => unit.Scalar(sql, values), CancellationToken.None);

    /// <summary>What is broken, by code.</summary>
    public async Task<Dictionary<string, IReadOnlyList<string>>> BrokenAsync()
    {
        var report = await Get<InvariantRunner>().RunAsync(_ => { }, CancellationToken.None);
        return report.Lines.Where(line => line.State == InvariantState.Broken).ToDictionary(line => line.Code, line => line.Findings);
    }

    /// <summary>What a process that is killed now leaves: its files as they are. Shared memory dies with it.</summary>
    public void CopyTo(string directory) => Copy(_directory, directory);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static PspBalanceTransaction Movement(string id, Money amount, DateTimeOffset at) => new(id, amount, Money.Zero(amount.Currency), amount, at, at);
}
