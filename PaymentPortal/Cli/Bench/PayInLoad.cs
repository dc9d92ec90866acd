using System.Collections.Concurrent;
using System.Text.Json;
using PaymentPortal.Api;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Cli.Bench;

/// <summary>
/// Callers that each make one whole pay-in after the other: create, press Pay, three signed events of the PSP, and the fact that it is paid.
/// </summary>
internal sealed class PayInLoad(BenchEngine engine, ApiKeyId caller, string name)
{
    private const int Buyers = 1_000;
    private const int Sellers = 100;

    private static readonly string[] Descriptions = ["Standing desk lamp, warm white", "Two tickets, row 7", "Refill pack, 12 pieces", "Hand-made mug, green"];

    private readonly PaymentService _payments = engine.Get<PaymentService>();
    private readonly BuyerCheckout _checkout = engine.Get<BuyerCheckout>();
    private readonly PspInbox _inbox = engine.Get<PspInbox>();
    private readonly BenchPsp _psp = engine.Get<BenchPsp>();
    private readonly PaidFacts _facts = engine.Get<PaidFacts>();
    private readonly ConcurrentBag<TimeSpan> _latencies = [];
    private int _started;

    /// <summary>Runs until so many pay-ins are done or the time is up, whichever is first, and until nothing of them waits any more.</summary>
    public async Task<LoadFigures> RunAsync(int callers, BenchLimits limits, CancellationToken cancellationToken)
    {
        var before = engine.Lane.Figures;
        var clock = TimeProvider.System;
        var processor = Environment.CpuUsage.TotalTime;
        var start = clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(callers, limits.Payments)).Select(_ => Task.Run(() => CallAsync(clock, start, limits, cancellationToken), cancellationToken)));
        await engine.DrainAsync(cancellationToken);
        var took = clock.GetElapsedTime(start);
        var after = engine.Lane.Figures;
        return new LoadFigures(_latencies.Count, took, Environment.CpuUsage.TotalTime - processor, [.. _latencies.Order()], after.Units - before.Units, after.Commits - before.Commits);
    }

    private async Task CallAsync(TimeProvider clock, long start, BenchLimits limits, CancellationToken cancellationToken)
    {
        while (clock.GetElapsedTime(start) < limits.Time)
        {
            var number = Interlocked.Increment(ref _started);
            if (number > limits.Payments) return;
            var began = clock.GetTimestamp();
            await PayInAsync(number, cancellationToken);
            _latencies.Add(clock.GetElapsedTime(began));
        }
    }

    private async Task PayInAsync(int number, CancellationToken cancellationToken)
    {
        var checkout = await CreateAsync(number, cancellationToken);
        var paid = _facts.Expect(checkout.Id);
        var link = checkout.CheckoutUrl[(checkout.CheckoutUrl.LastIndexOf('/') + 1)..];
        var events = _psp.Pay(BenchPsp.SessionOf(await PressAsync(link, cancellationToken)));
        await Task.WhenAll(events.Select(each => _inbox.ReceiveAsync(each.Event, each.Body, engine.Worker.Wake, cancellationToken)));
        await paid;
    }

    /// <summary>On a machine that is slower than the buyer's patience Pay leads to the status page, and the next press on to the PSP.</summary>
    private async Task<string> PressAsync(string link, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await _checkout.PayAsync(link, cancellationToken);
            if (answer is PayAnswer.ToPsp page) return page.Url;
            if (answer is not PayAnswer.ToStatus) throw new InvalidOperationException($"Pay on {link} led to {answer}.");
        }
    }

    private async Task<CheckoutView> CreateAsync(int number, CancellationToken cancellationToken)
    {
        var body = Body(number);
        var call = IdempotentCall.Of(caller.Value, $"{name}-{number}", "POST /api/v1/checkouts", JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Options));
        CheckoutView? view = null;
        await _payments.CreateAsync(CheckoutRules.Check(body.ToRequest()).Value, call, made => JsonSerializer.Serialize(CheckoutBody.Of(view = made), ApiJson.Options), cancellationToken);
        return view!;
    }

    internal static CreateCheckoutBody Body(int number) => new(
        $"buyer-{number % Buyers}", null, $"buyer-{number % Buyers}@mail.example", "USD", "https://shop.example/thanks", "https://shop.example/cart", $"SO-{number:D8}",
        [new CreateOrderBody($"seller-{number % Sellers}", $"{10 + (number % 90)}.{number % 100:D2}", Descriptions[number % Descriptions.Length])]);
}

/// <summary>When a measure ends.</summary>
internal sealed record BenchLimits(int Payments, TimeSpan Time);

/// <summary>What a load came to. Latencies are sorted; the processor time is that of the whole process, and tells more than the clock on a busy machine.</summary>
internal sealed record LoadFigures(int Payments, TimeSpan Took, TimeSpan Processor, IReadOnlyList<TimeSpan> Latencies, long Units, long Commits)
{
    public decimal PerSecond => Took == TimeSpan.Zero ? 0 : Payments / (decimal)Took.TotalSeconds;

    public decimal ProcessorMilliseconds => Payments == 0 ? 0 : (decimal)Processor.TotalMilliseconds / Payments;

    public decimal UnitsPerCommit => Commits == 0 ? 0 : Units / (decimal)Commits;

    public static LoadFigures Sum(IEnumerable<LoadFigures> parts) => parts.Aggregate((one, other) => new LoadFigures(
        one.Payments + other.Payments, one.Took + other.Took, one.Processor + other.Processor, [.. one.Latencies.Concat(other.Latencies).Order()], one.Units + other.Units, one.Commits + other.Commits));

    public TimeSpan Percentile(int percent) => Latencies.Count == 0 ? TimeSpan.Zero : Latencies[Math.Min(Latencies.Count - 1, Latencies.Count * percent / 100)];
}
