using System.Globalization;
using System.IO.Compression;
using System.Text;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

/// <summary>Bodies that are sent to hurt: both doors end them in the same way, and store nothing.</summary>
public sealed class BodyLimitTests(BareDoors doors) : IClassFixture<BareDoors>
{
    public static TheoryData<string> Doors => [BareDoors.Webhook, BareDoors.Checkouts];

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Body_OfAMegabyteAndOne_Is413BeforeItIsRead(string door)
    {
        using var request = await PostAsync(door, "Content-Length: 1048577");

        Assert.Equal(413, await request.StatusAsync());
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Body_InChunksWithoutEnd_Is413(string door)
    {
        using var request = await PostAsync(door, "Transfer-Encoding: chunked");
        var answer = request.StatusAsync();
        var chunk = Encoding.ASCII.GetBytes("4000\r\n" + new string(' ', 0x4000) + "\r\n");

        try
        {
            while (!answer.IsCompleted) await request.SendAsync(chunk);
        }
        catch (IOException)
        {
            // It has answered and hung up.
        }

        Assert.Equal(413, await answer);
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Body_ThatTricklesIn_Is408(string door)
    {
        using var request = await PostAsync(door, "Content-Length: 1000");

        await request.SendAsync("{"u8.ToArray());

        Assert.Equal(408, await request.StatusAsync());
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Body_ThatIsAGzipBomb_Is400AndNeverInflated(string door)
    {
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(new byte[20 << 20]);

        Assert.Equal(400, await SendAsync(door, bomb.ToArray(), "Content-Encoding: gzip"));
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Body_NestedAThousandDeep_Is400(string door)
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 1_000)) + "1" + new string('}', 1_000);

        Assert.Equal(400, await SendAsync(door, Encoding.ASCII.GetBytes(deep), "Stripe-Signature: " + BareDoors.Sign(deep)));
    }

    private async Task<int> SendAsync(string door, byte[] body, params string[] headers)
    {
        using var request = await PostAsync(door, [string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}"), .. headers]);
        await request.SendAsync(body);
        return await request.StatusAsync();
    }

    private Task<RawRequest> PostAsync(string door, params string[] headers) =>
        RawRequest.PostAsync(doors.Address, door, ["Authorization: Bearer " + doors.Key, "Idempotency-Key: k1", "Content-Type: application/json", .. headers]);
}
