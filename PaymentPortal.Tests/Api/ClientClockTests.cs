using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Api;

/// <summary>Whatever time a caller thinks it is, ours counts.</summary>
public sealed class ClientClockTests(BareDoors doors) : IClassFixture<BareDoors>
{
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Caller_WhoseClockIsADayOff_IsServedByOurTime(int days)
    {
        var before = TimeProvider.System.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, BareDoors.Checkouts) { Content = new StringContent(EngineClient.CheckoutBody(), Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + doors.Key);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"clock-{days}");
        request.Headers.Date = before.AddDays(days);

        using var answer = await doors.Client.SendAsync(request);

        var made = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.InRange(DateTimeOffset.Parse((string)made["created_at"]!, System.Globalization.CultureInfo.InvariantCulture), before.AddSeconds(-1), TimeProvider.System.GetUtcNow().AddSeconds(1));
    }
}
