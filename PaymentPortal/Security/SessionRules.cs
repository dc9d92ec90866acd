namespace PaymentPortal.Security;

/// <summary>
/// How long a sign-in lives. Idle counts from the person's last request or click, whichever page they are on; the day's end holds however
/// busy they are. Open pages look again every <see cref="Recheck"/>, so a disabled person is out within a minute.
/// </summary>
public sealed record SessionRules(TimeSpan Idle, TimeSpan Absolute, TimeSpan Recheck)
{
    public static SessionRules Default { get; } = new(TimeSpan.FromMinutes(15), TimeSpan.FromHours(12), TimeSpan.FromSeconds(30));
}
