using Microsoft.AspNetCore.Http;
using PaymentPortal.Cli.Seed;

namespace PaymentPortal.Tests.Support;

/// <summary>How a merchant's server fails: by dice, and no webhook more than so often, or a storm of them would never end.</summary>
internal sealed class FailingMerchant(DemoDice dice)
{
    private const int MostFailures = 3;
    private const int LongestMilliseconds = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Path, string Id), int> _failures = [];
    private readonly HashSet<(string Path, string Id)> _taken = [];

    private enum Mood
    {
        Well,
        ServerError,
        Reset,
        Slow,
    }

    /// <summary>What was answered otherwise than with 200, counting repeats.</summary>
    public int Failures
    {
        get
        {
            lock (_gate) return _failures.Values.Sum();
        }
    }

    /// <summary>The webhooks that were answered with 200 at a path, each once.</summary>
    public IReadOnlyList<string> TakenAt(string path)
    {
        lock (_gate) return [.. _taken.Where(one => one.Path == path).Select(one => one.Id).Order(StringComparer.Ordinal)];
    }

    public async Task AnswerAsync(HttpContext http)
    {
        var webhook = (http.Request.Path.ToString(), http.Request.Headers["webhook-id"].ToString());
        var (mood, wait) = Throw(webhook);
        if (mood == Mood.Reset)
        {
            http.Abort();
            return;
        }
        if (mood == Mood.ServerError)
        {
            http.Response.StatusCode = 500;
            return;
        }
        if (mood == Mood.Slow) await Task.Delay(wait, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        if (http.RequestAborted.IsCancellationRequested) return;
        lock (_gate) _taken.Add(webhook);
    }

    private (Mood Mood, int Milliseconds) Throw((string Path, string Id) webhook)
    {
        lock (_gate)
        {
            var mood = dice.Below(10) switch { 0 or 1 => Mood.ServerError, 2 => Mood.Reset, 3 => Mood.Slow, _ => Mood.Well };
            var wait = dice.Below(LongestMilliseconds);
            var failures = _failures.GetValueOrDefault(webhook);
            if (mood is Mood.ServerError or Mood.Reset)
            {
                if (failures == MostFailures) return (Mood.Well, 0);
                _failures[webhook] = failures + 1;
            }
            return (mood, wait);
        }
    }
}
