using Microsoft.Extensions.Logging;

namespace PaymentPortal.Tests.Support;

/// <summary>What a program logs, line by line in a file, so that it can be searched like everything else that it leaves behind.</summary>
internal sealed class LogFile(string path) : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _file = new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate) _file.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
        lock (_gate) _file.Dispose();
    }
}
