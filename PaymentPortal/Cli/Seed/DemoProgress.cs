using System.Globalization;

namespace PaymentPortal.Cli.Seed;

/// <summary>A progress bar on standard error: one that moves on a terminal, a line every tenth where there is none.</summary>
internal sealed class DemoProgress(int total)
{
    private const int Width = 40;

    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Lock _gate = new();
    private int _done;
    private int _shownTenths;

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_start);

    public void Step()
    {
        lock (_gate)
        {
            _done++;
            if (Terminal.IsInteractive) Draw();
            else if (_done * 10 / total > _shownTenths) Tell();
        }
    }

    private void Draw()
    {
        var filled = Width * _done / total;
        Terminal.Errors.Write(string.Create(CultureInfo.InvariantCulture, $"\r[{new string('#', filled)}{new string('.', Width - filled)}] {_done} of {total} payments, {Elapsed.TotalSeconds:0} s "));
        if (_done == total) Terminal.Errors.WriteLine();
    }

    private void Tell()
    {
        _shownTenths = _done * 10 / total;
        Terminal.Errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_done} of {total} payments, {Elapsed.TotalSeconds:0} s"));
    }
}
