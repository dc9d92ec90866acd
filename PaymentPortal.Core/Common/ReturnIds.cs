namespace PaymentPortal.Core.Common;

public readonly record struct RefundId(string Value) : IPrefixedId<RefundId>
{
    public static string Prefix => "rfd_";

    public static RefundId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct DisputeId(string Value) : IPrefixedId<DisputeId>
{
    public static string Prefix => "dsp_";

    public static DisputeId Wrap(string value) => new(value);

    public override string ToString() => Value;
}
