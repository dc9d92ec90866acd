using PaymentPortal.Pages.Health;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages.Health;

/// <summary>Scarce threads show before the program stands still.</summary>
public sealed class ThreadsFactTests
{
    [Theory]
    [InlineData(0, 0, HealthLevel.Good)]
    [InlineData(5_000, 0, HealthLevel.Good)]
    [InlineData(600, 700, HealthLevel.Attention)]
    [InlineData(2_000, 600, HealthLevel.Attention)]
    [InlineData(2_000, 1_500, HealthLevel.Down)]
    public async Task Level_ByTheShorterOfTwoWaits(int first, int second, HealthLevel level)
    {
        var time = new StopwatchTime();
        var waits = new Queue<int>([first, second]);
        var fact = new ThreadsFact(time, () =>
        {
            time.Pass(TimeSpan.FromMilliseconds(waits.Dequeue()));
            return Task.CompletedTask;
        });

        Assert.Equal((level, true), ((await fact.ReadAsync(CancellationToken.None)).Level, fact.HoldsTraffic));
    }
}
