using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>Puts dead letters of three causes into a portal, some with an effect that nobody knows.</summary>
internal static class LetterSeed
{
    /// <summary>Events that died: their redrive asks the PSP, so that a test sees what each comes to without a payment behind it.</summary>
    public static Task AddAsync(IServiceProvider services, string prefix, int count, int unknown = 0, int taken = 0, string? cause = null) => services.GetRequiredService<WriteLane>().RunAsync(
        unit =>
        {
            var letters = services.GetRequiredService<DeadLetters>();
            for (var number = 0; number < count; number++)
            {
                var id = $"evt_{prefix}_{number}";
                // A type that moves nothing of ours: brought back, it is settled as ignored.
                unit.Execute(
                    "INSERT INTO psp_inbox (event_id, type, object_id, state, created_at, received_at, deliveries) VALUES ($1, 'customer.updated', $2, 'Waiting', $3, $3, 1)",
                    id, $"cus_{prefix}_{number}", unit.Now);
                RetryQueue.Add(unit, PspInbox.Step, id, unit.Now.AddYears(1));
                var code = cause ?? (number % 3 == 0 ? "psp_bad_answer" : number % 3 == 1 ? "resource_missing" : "InvalidOperationException");
                letters.Bury(unit, RetryQueue.ClaimNow(unit, PspInbox.Step, id)!, new TaskFailure(
                    RetryOperations.ApplyEvent, ErrorClass.Internal, "Stripe", code, $"The event {id} could not be applied.", number < unknown ? MoneyEffect.Unknown : number < unknown + taken ? MoneyEffect.Taken : MoneyEffect.None));
            }
            return 0;
        },
        CancellationToken.None);

    /// <summary>A step that failed for now.</summary>
    public static Task AddRetryAsync(IServiceProvider services, string id) => services.GetRequiredService<WriteLane>().RunAsync(
        unit =>
        {
            unit.Execute(
                "INSERT INTO psp_inbox (event_id, type, object_id, state, created_at, received_at, deliveries) VALUES ($1, 'customer.updated', $2, 'Waiting', $3, $3, 1)", id, "cus_" + id, unit.Now);
            RetryQueue.Add(unit, PspInbox.Step, id, unit.Now.AddYears(1));
            RetryQueue.Fail(unit, RetryQueue.ClaimNow(unit, PspInbox.Step, id)!, unit.Now.AddHours(1), new TaskFailure(
                RetryOperations.LookUp, ErrorClass.Unanswered, "Stripe", "psp_timeout", "The PSP did not answer in time.", MoneyEffect.Unknown));
            return 0;
        },
        CancellationToken.None);
}
