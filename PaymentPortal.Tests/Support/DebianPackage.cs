using System.Diagnostics;

namespace PaymentPortal.Tests.Support;

/// <summary>
/// Brings a real program for a test. Missing and we are root on Debian: its package is installed. Otherwise the test is skipped with the name
/// of the package, and fails instead where CI=true, because there a skipped proof is a missing proof.
/// </summary>
internal static class DebianPackage
{
    private const string Install = """
        command -v "$1" > /dev/null && exit 0
        apt-get install -y --no-install-recommends "$2" || { apt-get update && apt-get install -y --no-install-recommends "$2"; }
        """;

    private static readonly SemaphoreSlim Gate = new(1);

    /// <summary>The program's path.</summary>
    public static async Task<string> EnsureAsync(string command, string package)
    {
        await Gate.WaitAsync();
        try
        {
            if (Find(command) is { } found) return found;
            var why = !File.Exists("/etc/debian_version") || !Environment.IsPrivilegedProcess
                ? "only root on Debian can install it"
                : await InstallAsync(command, package);
            return Find(command) ?? Missing($"The program '{command}' is missing and {why}. Install the package '{package}'.");
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Runs a program to its end and gives what it wrote; it must succeed.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exit, output, errors) = await ExecuteAsync(program, arguments);
        Assert.True(exit == 0, $"{program} ended with {exit}: {errors}{output}");
        return output;
    }

    private static async Task<string> InstallAsync(string command, string package)
    {
        // flock: test runs beside this one may want the same package, and two apt-get at once refuse each other.
        var (exit, _, errors) = await ExecuteAsync("flock", [Path.Combine(Path.GetTempPath(), "portal-tests-apt.lock"), "sh", "-c", Install, "sh", command, package]);
        return $"apt-get ended with {exit}: {errors}";
    }

    private static async Task<(int Exit, string Output, string Errors)> ExecuteAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        // Both at once: a program that fills one pipe while we wait on the other would never end.
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    private static string? Find(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    private static string Missing(string text)
    {
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", text);
        Skip.If(true, text);
        return "";
    }
}
