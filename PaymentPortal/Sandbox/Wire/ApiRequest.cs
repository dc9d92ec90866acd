using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>A request that passed the door: its sender is known, its parameters are decoded but not yet judged.</summary>
public sealed record ApiRequest(string Id, string Method, string Path, FormReader Form, string Account, string? Key, string BaseAddress)
{
    public SandboxUnit Unit(SandboxDb db, DateTimeOffset now, SandboxOptions options) => new(db, now, options)
    {
        Account = Account, RequestId = Id, IdempotencyKey = Key, BaseAddress = BaseAddress,
    };
}
