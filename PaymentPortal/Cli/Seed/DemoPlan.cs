using System.Globalization;
using PaymentPortal.Api;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Cli.Seed;

/// <summary>What the buyer of a planned payment does.</summary>
internal enum DemoStory
{
    Pays,

    /// <summary>One to three cards are refused before one is taken.</summary>
    PaysAfterDeclines,

    /// <summary>Every card is refused until our cap ends it.</summary>
    RunsIntoTheCap,

    /// <summary>Presses Pay, may try a card in vain, and leaves.</summary>
    Abandons,

    /// <summary>Never presses Pay.</summary>
    StaysAway,

    /// <summary>The shop cancels before Pay was pressed.</summary>
    IsCanceled,

    /// <summary>The shop cancels while the PSP's page is open.</summary>
    IsCanceledAtThePsp,
}

/// <summary>One payment to make: what the shop asks for, what its buyer does, and the cards that are tried in turn.</summary>
internal sealed record DemoPayment(int Number, CreateCheckoutBody Body, DemoStory Story, IReadOnlyList<string> Cards, PaymentOrderStatus End);

/// <summary>
/// The whole set, planned before the first payment is made. It is cut into chunks between which the clock moves on, so how a payment ends also
/// depends on how much time comes after it.
/// </summary>
internal sealed class DemoPlan
{
    /// <summary>How far the clock moves between two chunks.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromHours(6);

    private const int MostChunks = 12;
    private const int SmallestChunk = 10;

    private static readonly (DemoStory Story, int Weight)[] Stories =
    [
        (DemoStory.Pays, 70), (DemoStory.PaysAfterDeclines, 9), (DemoStory.RunsIntoTheCap, 3), (DemoStory.Abandons, 6), (DemoStory.StaysAway, 6),
        (DemoStory.IsCanceled, 3), (DemoStory.IsCanceledAtThePsp, 3),
    ];

    private static readonly string[] GoodCards = ["pm_card_visa", "pm_card_visa", "pm_card_mastercard", "pm_card_amex", "pm_card_bypassPending"];

    private static readonly string[] BadCards =
    [
        "pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds", "pm_card_chargeDeclinedInsufficientFunds", "pm_card_chargeDeclinedExpiredCard",
        "pm_card_chargeDeclinedIncorrectCvc", "pm_card_chargeDeclinedProcessingError", "pm_card_chargeDeclinedLostCard",
    ];

    private readonly DemoDice _dice;

    private DemoPlan(ulong seed) => _dice = new DemoDice(seed);

    public static IReadOnlyList<IReadOnlyList<DemoPayment>> Make(ulong seed, int count)
    {
        var plan = new DemoPlan(seed);
        var chunks = Math.Clamp(count / SmallestChunk, 1, MostChunks);
        return [.. Enumerable.Range(0, count).Select(number => plan.Payment(number, chunks - 1 - (number * chunks / count))).Chunk((count + chunks - 1) / chunks)];
    }

    /// <param name="stepsAfter">How often the clock will move on after this payment.</param>
    private DemoPayment Payment(int number, int stepsAfter)
    {
        var story = Story();
        return new DemoPayment(number, Body(number), story, [.. Cards(story)], End(story, stepsAfter));
    }

    private DemoStory Story()
    {
        var roll = _dice.Below(Stories.Sum(each => each.Weight));
        foreach (var (story, weight) in Stories)
        {
            if (roll < weight) return story;
            roll -= weight;
        }
        return DemoStory.Pays;
    }

    private IEnumerable<string> Cards(DemoStory story)
    {
        var declines = story switch
        {
            DemoStory.PaysAfterDeclines => _dice.Between(1, 3),
            DemoStory.RunsIntoTheCap => RetryDefaults.BuyerCap,
            DemoStory.Abandons => _dice.Between(0, 2),
            _ => 0,
        };
        for (var at = 0; at < declines; at++) yield return _dice.Pick(BadCards);
        if (story is DemoStory.Pays or DemoStory.PaysAfterDeclines) yield return _dice.Pick(GoodCards);
    }

    private static PaymentOrderStatus End(DemoStory story, int stepsAfter) => story switch
    {
        DemoStory.Pays or DemoStory.PaysAfterDeclines => PaymentOrderStatus.Success,
        DemoStory.RunsIntoTheCap => PaymentOrderStatus.Failed,
        DemoStory.IsCanceled or DemoStory.IsCanceledAtThePsp => PaymentOrderStatus.Canceled,
        DemoStory.Abandons => stepsAfter * Step > CheckoutTimes.AfterPay ? PaymentOrderStatus.Expired : PaymentOrderStatus.Executing,
        DemoStory.StaysAway => stepsAfter * Step > CheckoutTimes.Life ? PaymentOrderStatus.Expired : PaymentOrderStatus.NotStarted,
    };

    private CreateCheckoutBody Body(int number)
    {
        var currency = _dice.Pick(DemoCatalogue.Currencies);
        var (first, last) = (_dice.Pick(DemoCatalogue.FirstNames), _dice.Pick(DemoCatalogue.LastNames));
        var buyer = $"{first}.{last}".ToLowerInvariant();
        var orders = Enumerable.Range(0, _dice.Below(5) == 0 ? _dice.Between(2, 4) : 1).Select(_ => Order(currency)).ToList();
        return new CreateCheckoutBody(
            buyer, $"{first} {last}", $"{buyer}@mail.example", currency, "https://shop.example/thanks", "https://shop.example/cart", string.Create(CultureInfo.InvariantCulture, $"SO-{10_000 + number}"), orders);
    }

    private CreateOrderBody Order(string currency)
    {
        var seller = _dice.Pick(DemoCatalogue.Sellers);
        return new CreateOrderBody(seller.Account, new Money(Amount(currency), Currency.Of(currency)).ToString(), _dice.Pick(seller.Goods));
    }

    /// <summary>In minor units; KWD ends in 0, as the PSP wants it.</summary>
    private long Amount(string currency) => currency switch
    {
        "JPY" => _dice.Between(5, 600) * 100,
        "KWD" => _dice.Between(150, 9_000) * 10,
        _ => (_dice.Between(6, 320) * 100) + _dice.Pick([0, 50, 90, 95, 99]),
    };
}
