using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

/// <summary>Restored store, sender, client and sandbox together: what the lost host sent after the backup is found and taken, and not sent again.</summary>
public sealed class RestoredSendTests
{
    [Fact]
    public async Task Run_ForWhatTheLostHostSent_TakesIt_AndSendsNothing()
    {
        await using var server = await SandboxServer.StartAsync();
        await using var store = await TestStore.CreateAsync();
        using var line = new PspLine(server.BaseAddress);
        var now = TimeProvider.System.GetUtcNow();
        var item = Ids.New<AttemptId>(now.AddMinutes(-5)).Value;
        // Its first key was refused, so the lost host had come to the second; the backup knows neither.
        var lost = PspKey.Of(item, "session", 2);
        var sent = (await line.SendAsync(line.Client.CreateSession(PspLine.Session(lost)), lost)).Value!;
        var task = await store.RunAsync(unit =>
        {
            new RestoreNote(now.AddHours(-1), now, "test").Store(unit);
            return RetryQueue.AddClaimed(unit, "test", item);
        });
        var taken = new List<string>();

        var posts = new PspPosts(store.Lane, line.Client, new PspCallLog(store.Cipher), new PspTalk(store.Cipher), new DeadLetters([], NullLogger<DeadLetters>.Instance), line.Time);
        await posts.RunAsync(task, Post(line, item, taken), CancellationToken.None);

        Assert.Equal([sent.Id], taken);
        var listed = await line.Client.ListSessionsAsync(now.AddHours(-1), now.AddHours(1), CancellationToken.None);
        Assert.Equal([sent.Id], listed.Value!.Select(session => session.Id));
        Assert.Equal(0, await store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks"));
    }

    private static PspPost<PspSession> Post(PspLine line, string item, List<string> taken) => new(item, "session", RetryOperations.CreateSession, MoneyEffect.None)
    {
        IsWanted = _ => true,
        Build = (_, key) => line.Client.CreateSession(PspLine.Session(key)),
        Send = line.Client.SendSessionAsync,
        List = (call, token) => line.Client.ListSessionsAsync(call.FirstSentAt - PspPosts.ClockSlack, line.Time.GetUtcNow() + PspPosts.ClockSlack, token),
        KeyOf = session => session.PspKey,
        Made = (unit, task, session) =>
        {
            taken.Add(session.Id);
            RetryQueue.Finish(unit, task);
        },
    };
}
