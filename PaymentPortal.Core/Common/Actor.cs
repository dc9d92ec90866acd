namespace PaymentPortal.Core.Common;

/// <summary>Who did something: a person of the staff, an API key, a buyer, the PSP or a part of the program. Stands in histories and the audit log.</summary>
public readonly record struct Actor
{
    /// <summary>What the value of a member of the staff begins with.</summary>
    public const string StaffPrefix = "user:";

    /// <summary>What the value of an API key begins with.</summary>
    public const string ApiKeyPrefix = "key:";

    private readonly string? _value;

    private Actor(string value) => _value = value;

    /// <summary>Somebody at a hosted page: known by his link only.</summary>
    public static Actor Buyer { get; } = new("buyer");

    /// <summary>What the PSP told us, by webhook or look-up.</summary>
    public static Actor Psp { get; } = new("psp");

    public string Value => _value ?? throw new InvalidOperationException("This Actor was never given a value.");

    /// <summary>A member of the staff, by the id of his account.</summary>
    public static Actor Staff(string userId) => new(StaffPrefix + userId);

    public static Actor ApiKey(ApiKeyId key) => new(ApiKeyPrefix + key.Value);

    /// <summary>A job or a start-up step, by its name.</summary>
    public static Actor Program(string part) => new("program:" + part);

    /// <summary>For values out of our own tables.</summary>
    public static Actor Stored(string value) => new(value);

    public override string ToString() => Value;
}
