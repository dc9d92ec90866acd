namespace PaymentPortal.Cli;

/// <summary>Standard input, output and error of the verbs; nothing else in the program may write to the console.</summary>
public static class Terminal
{
    public static TextReader In => Console.In;

    public static TextWriter Out => Console.Out;

    public static TextWriter Errors => Console.Error;

    /// <summary>A person watches standard error: a line may be drawn over.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected;
}
