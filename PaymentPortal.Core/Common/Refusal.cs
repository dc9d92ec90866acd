namespace PaymentPortal.Core.Common;

/// <summary>What an error did to money. Unknown is not none: it says that the PSP must be asked before anything is repeated.</summary>
public enum MoneyEffect
{
    None,
    Taken,
    Unknown,
}

/// <summary>
/// An expected "no": a stable code, the HTTP status it becomes, a text that says what happened and who can fix it, and what it did to money.
/// </summary>
public sealed record Refusal(string Code, int HttpStatus, string Text, string? Field = null, MoneyEffect Money = MoneyEffect.None)
{
    /// <summary>Set where waiting helps (429, 503).</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Lets the write lane see that a unit refused, whatever its value's type.</summary>
public interface IRefusable
{
    Refusal? Refusal { get; }
}

/// <summary>Either a value or the refusal that explains why there is none.</summary>
public readonly struct Result<T> : IRefusable
{
    private readonly T? _value;

    private Result(T? value, Refusal? refusal) => (_value, Refusal) = (value, refusal);

    public Refusal? Refusal { get; }

    public bool IsRefused => Refusal is not null;

    public T Value => Refusal is null ? _value! : throw new InvalidOperationException($"Refused with {Refusal.Code}: {Refusal.Text}");

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);

    public Result<TOther> Map<TOther>(Func<T, TOther> map) => Refusal is null ? map(_value!) : Refusal;
}
