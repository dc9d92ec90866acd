using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Tests.Support;

/// <summary>Dead letters in a stub engine, as payments and events leave them.</summary>
internal static class StubLetters
{
    public static PspEvent Stranger(string id) => new(id, "checkout.session.completed", "checkout.session", "cs_stranger", null, null, null, IsLive: false, Books.Start);

    /// <summary>A checkout whose page the PSP refused to make.</summary>
    public static async Task<MadeCheckout> RejectedAsync(this StubEngine engine)
    {
        var checkout = await engine.CreateAsync();
        engine.Psp.Refuses = true;
        Assert.IsType<PayAnswer.CouldNotStart>(await engine.Get<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None));
        engine.Psp.Refuses = false;
        return checkout;
    }

    /// <summary>An event that died of a fault of ours: what the payment came to is not known.</summary>
    public static async Task<DeadLetterId> UnknownAsync(this StubEngine engine)
    {
        await engine.Get<PspInbox>().ReceiveAsync(Stranger("evt_unknown"), "{}", () => { }, CancellationToken.None);
        await engine.BuryAsync(PspInbox.Step, "evt_unknown", MoneyEffect.Unknown);
        return await engine.LetterAsync("AND effect = 'Unknown'");
    }

    public static Task<int> BuryAsync(this StubEngine engine, string kind, string subject, MoneyEffect effect) => engine.Lane.RunAsync(
        unit =>
        {
            engine.Get<DeadLetters>().Bury(unit, RetryQueue.ClaimNow(unit, kind, subject)!, new TaskFailure(RetryOperations.ApplyEvent, ErrorClass.Internal, TaskFailure.Us, "InvalidOperationException", "A fault.", effect));
            return 0;
        },
        CancellationToken.None);

    public static Task<RedrivePreview> PreviewAsync(this StubEngine engine) => engine.Get<DeadLetterQueries>().PreviewAsync(new DeadLetterFilter(), CancellationToken.None);

    public static async Task<string> AttemptOfAsync(this StubEngine engine, MadeCheckout checkout) =>
        (await engine.Lane.RunAsync(unit => unit.QueryFirst("SELECT nonce FROM payment_events WHERE checkout_id = $1", row => row.GetString(0), checkout.Id), CancellationToken.None))!;

    public static async Task<DeadLetterId> LetterAsync(this StubEngine engine, string and = "") =>
        new((await engine.Lane.RunAsync(unit => unit.QueryFirst($"SELECT dead_letter_id FROM dead_letters WHERE state = 'Open' {and}", row => row.GetString(0)), CancellationToken.None))!);
}
