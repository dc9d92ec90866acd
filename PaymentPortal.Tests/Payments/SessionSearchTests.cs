using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>Who looks for lost sessions walks the PSP's list together, and nobody is answered from a list that is older than his question.</summary>
public sealed class SessionSearchTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly StubPsp _psp;
    private readonly SessionSearch _search;

    public SessionSearchTests()
    {
        _psp = new StubPsp(_time);
        _search = new SessionSearch(_psp, _time);
    }

    [Fact]
    public async Task Looks_AskedDuringAWalk_ShareTheNextOne_AndEachGetsItsOwnSession()
    {
        var made = new List<string>();
        for (var number = 0; number < 50; number++) made.Add((await MakeAsync($"att_{number}")).Id);
        using var gate = new SemaphoreSlim(0);
        _psp.BeforeFind = () => gate.WaitAsync();

        var first = FindAsync("att_none");
        await Until.TrueAsync(() => Task.FromResult(_psp.Found.Count == 1));
        var looks = Enumerable.Range(0, 50).Select(number => FindAsync($"att_{number}")).ToArray();
        var late = (await MakeAsync("att_late")).Id;
        var lateLook = FindAsync("att_late");
        gate.Release(2);

        Assert.Empty((await first).Value!);
        Assert.Equal(made, (await Task.WhenAll(looks)).Select(answer => Assert.Single(answer.Value!).Id));
        Assert.Equal(late, Assert.Single((await lateLook).Value!).Id);
        Assert.Equal(2, _psp.Found.Count);
    }

    [Fact]
    public async Task Looks_InFarPartsOfTheList_DoNotMakeEachOthersWalkLonger()
    {
        using var gate = new SemaphoreSlim(0);
        _psp.BeforeFind = () => gate.WaitAsync();
        var holding = FindAsync("att_a");
        await Until.TrueAsync(() => Task.FromResult(_psp.Found.Count == 1));

        var today = FindAsync("att_b");
        var yesterday = FindAsync("att_c", _time.GetUtcNow().AddHours(-20));
        var nearby = FindAsync("att_d", _time.GetUtcNow().AddMinutes(-30));
        gate.Release(3);
        await Task.WhenAll(holding, today, yesterday, nearby);

        Assert.Equal(3, _psp.Found.Count);
        Assert.All(_psp.Found, walk => Assert.True(walk.To - walk.From <= TimeSpan.FromHours(3), $"{walk.From} to {walk.To}"));
    }

    [Fact]
    public async Task Walk_WithoutAnAnswer_TellsAll_AndTheNextWorks()
    {
        var session = await MakeAsync("att_a");
        _psp.IsDown = true;
        Assert.All(await Task.WhenAll(FindAsync("att_a"), FindAsync("att_b")), answer => Assert.Equal((PspVerdict.Unknown, null), (answer.Verdict, answer.Value)));
        _psp.IsDown = false;

        Assert.Equal(session.Id, Assert.Single((await FindAsync("att_a")).Value!).Id);
    }

    [Fact]
    public async Task Look_ThatIsGivenUp_LeavesTheWalkToTheOthers()
    {
        var session = await MakeAsync("att_a");
        using var gate = new SemaphoreSlim(0);
        _psp.BeforeFind = () => gate.WaitAsync();
        using var leaving = new CancellationTokenSource();

        var given = _search.FindAsync(Call("att_b", _time.GetUtcNow()), leaving.Token);
        await Until.TrueAsync(() => Task.FromResult(_psp.Found.Count == 1));
        var other = FindAsync("att_a");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        gate.Release(2);

        Assert.Equal(session.Id, Assert.Single((await other).Value!).Id);
    }

    private Task<PspAnswer<IReadOnlyList<PspSession>>> FindAsync(string item, DateTimeOffset? sentAt = null) => _search.FindAsync(Call(item, sentAt ?? _time.GetUtcNow()), CancellationToken.None);

    private static PspCall Call(string item, DateTimeOffset sentAt) => new(item, "session", 1, PspKey.Of(item, "session", 1), new PspRequest("/v1/checkout/sessions", ""), 1, sentAt);

    private async Task<PspSession> MakeAsync(string item)
    {
        var key = PspKey.Of(item, "session", 1);
        var request = _psp.CreateSession(new NewSession(
            Ids.New<CheckoutId>(_time), new AttemptId(item), key, Currency.Of("USD"), [new SessionLine("Tea", "", new Money(1250, Currency.Of("USD")))], "https://shop.example/a", "https://shop.example/b", null, null));
        return (await _psp.SendSessionAsync(request, key, CancellationToken.None)).Value!;
    }
}
