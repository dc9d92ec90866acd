namespace PaymentPortal.Pages.Parts;

/// <summary>How much a banner asks of its reader.</summary>
public enum BannerTone
{
    Info,
    Success,
    Attention,
    Danger,
}
