namespace PaymentPortal.Demo;

/// <summary>What the demo shop knows as any merchant would: where the API is and its own key. Both may only exist once the server listens.</summary>
public sealed class DemoShopOptions
{
    public required Func<string> BaseAddress { get; init; }

    /// <summary>A key that may create and read checkouts.</summary>
    public required Func<Task<string>> ApiKey { get; init; }
}
