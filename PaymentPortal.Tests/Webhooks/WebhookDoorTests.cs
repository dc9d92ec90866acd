using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Webhooks;

/// <summary>What a body must be to be believed, and what is answered when it can't be kept.</summary>
public sealed class WebhookDoorTests(BareDoors doors) : IClassFixture<BareDoors>
{
    [Fact]
    public async Task Body_WithAByteOrderMark_IsRefusedAlthoughItIsSigned()
    {
        var body = "\uFEFF" + BareDoors.Event("evt_bom");

        Assert.Equal((HttpStatusCode.BadRequest, 0), (await doors.DeliverAsync(body), await doors.StoredAsync("evt_bom")));
    }

    [Fact]
    public async Task Body_WithAKeyTwice_IsRefusedAlthoughItIsSigned()
    {
        var body = BareDoors.Event("evt_twice").Replace("\"data\":", "\"data\":{},\"data\":", StringComparison.Ordinal);

        Assert.Equal((HttpStatusCode.BadRequest, 0), (await doors.DeliverAsync(body), await doors.StoredAsync("evt_twice")));
    }

    [Fact]
    public async Task Body_WrittenAnewOnTheWay_IsRefused()
    {
        var body = BareDoors.Event("evt_anew");
        var same = JsonNode.Parse(body)!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });

        Assert.Equal((HttpStatusCode.BadRequest, 0), (await doors.DeliverAsync(same, BareDoors.Sign(body)), await doors.StoredAsync("evt_anew")));
    }

    [Fact]
    public async Task SignatureHeader_SentTwice_IsRefused()
    {
        var body = BareDoors.Event("evt_headers");
        using var request = new HttpRequestMessage(HttpMethod.Post, BareDoors.Webhook) { Content = new StringContent(body) };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", [BareDoors.Sign("something else"), BareDoors.Sign(body)]);

        using var answer = await doors.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.BadRequest, 0), (answer.StatusCode, await doors.StoredAsync("evt_headers")));
    }

    [Fact]
    public async Task Store_ThatCannotWrite_IsAnswered503_AndTheRepeatIsStoredOnce()
    {
        var body = BareDoors.Event("evt_full").Replace("\"metadata\":{}", $"\"metadata\":{{\"note\":\"{Convert.ToHexString(RandomNumberGenerator.GetBytes(100_000))}\"}}", StringComparison.Ordinal);
        await LimitPagesAsync(1);

        var refused = await doors.DeliverAsync(body);
        await LimitPagesAsync(1_000_000);
        var repeated = await Task.WhenAll(doors.DeliverAsync(body), doors.DeliverAsync(body));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused);
        Assert.All(repeated, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(1, await doors.StoredAsync("evt_full"));
    }

    [Fact]
    public async Task Storm_OfEvents_IsTakenOrPutOff_AndTheApiAnswersMeanwhile()
    {
        var taken = new ConcurrentBag<string>();
        var storm = Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, _) =>
        {
            var id = $"evt_storm_{number:0000}";
            var status = await doors.DeliverAsync(BareDoors.Event(id));
            Assert.Contains(status, new[] { HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable });
            if (status == HttpStatusCode.OK) taken.Add(id);
        });

        while (!storm.IsCompleted)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, BareDoors.Checkouts);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + doors.Key);
            using var answer = await doors.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        await storm;

        Assert.NotEmpty(taken);
        Assert.Equal(taken.Count, await doors.StoredAsync("evt_storm_"));
    }

    /// <summary>The largest number of pages that the store's file may grow to; it can't be below what it has.</summary>
    private Task<long> LimitPagesAsync(int pages) => doors.Lane.RunAsync(unit => unit.Scalar($"PRAGMA max_page_count = {pages}"), CancellationToken.None);
}
