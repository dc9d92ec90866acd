using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Tests.Support;

/// <summary>People who try one dead letter, and people who redrive it, at the same moment, beside the worker that runs whatever is due.</summary>
internal static class RedriveRace
{
    private const int OfEach = 4;

    /// <summary>At least one gets through; the others are told that the letter is held, being tried or closed.</summary>
    public static async Task RunAsync(EngineHost engine, DeadLetterId letter)
    {
        var (desk, redrives) = (engine.Services.GetRequiredService<DeadLetterDesk>(), engine.Services.GetRequiredService<RedriveDesk>());
        var request = new RedriveRequest(new DeadLetterFilter { Ids = [letter.Value] }, "one letter", "The PSP mended it", 50, 100, 1);

        var refusals = await Task.WhenAll(Enumerable.Range(0, 2 * OfEach).Select(async at => at % 2 == 0
            ? (await desk.TryOneAsync(letter, Actor.Staff("try-" + at), CancellationToken.None)).Refusal
            : (await redrives.StartAsync(request, Actor.Staff("redrive-" + at), CancellationToken.None)).Refusal));

        var told = refusals.OfType<Refusal>().ToList();
        Assert.NotEqual(refusals.Length, told.Count);
        Assert.All(told, refusal => Assert.Equal(409, refusal.HttpStatus));
    }
}
