using System.Diagnostics;

namespace PaymentPortal.Tests.Support;

/// <summary>One run of a verb as a process of its own, to its end.</summary>
internal sealed record VerbRun(int Exit, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<VerbRun> StartAsync(IReadOnlyList<string> words, string? input = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "PaymentPortal.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input is not null };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        if (input is not null)
        {
            await process.StandardInput.WriteLineAsync(input);
            process.StandardInput.Close();
        }
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        return new VerbRun(process.ExitCode, await output, await errors);
    }
}
