using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Retries;

/// <summary>Why a try did not do its work. Code and reason are for people and for the cause of a dead letter; the class alone decides how it goes on.</summary>
/// <param name="Party">Who said no: the PSP's name, "shop", or "us".</param>
/// <param name="Effect">What this failure may have done to money.</param>
public sealed record TaskFailure(string Operation, ErrorClass Class, string Party, string Code, string Reason, MoneyEffect Effect)
{
    public const string Us = "us";

    /// <summary>How long the other side asked us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A fault of ours: nothing is known of its effect unless the step knows it.</summary>
    public static TaskFailure OfUs(string operation, Exception error, MoneyEffect effect = MoneyEffect.Unknown) =>
        new(operation, ErrorClass.Internal, Us, error.GetType().Name, error.Message, effect);
}
