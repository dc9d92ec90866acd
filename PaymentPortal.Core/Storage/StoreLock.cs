namespace PaymentPortal.Core.Storage;

/// <summary>
/// Held while a process writes to an embedded store. The operating system lets go of it when the process dies, so a crash leaves no lock behind.
/// </summary>
public sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    public static StoreLock Take(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        if (TryTake(dataDirectory) is { } taken) return taken;
        throw new StartRefusedException($"Another PaymentPortal already runs on {dataDirectory}. Stop it first, or give this one another Data:Directory.");
    }

    /// <summary>Null when another process holds it.</summary>
    public static StoreLock? TryTake(string dataDirectory)
    {
        try
        {
            return new StoreLock(new FileStream(Path.Combine(dataDirectory, "portal.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
