using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Pages.Payments;

/// <summary>A payment as indented JSON. What is shown is listed here field by field, so that a new secret column can't slip in by itself.</summary>
public static class PaymentRaw
{
    // Read by people in a <pre>, which escapes for HTML itself; the default encoder would turn every quote into \u0022.
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Of(PaymentDetails details) => JsonSerializer.Serialize(
        new
        {
            details.Payment.CheckoutId,
            State = details.State.Word(),
            Status = details.Payment.Status.Word(),
            Amount = details.Total.ToString(),
            details.Payment.Currency,
            details.Payment.BuyerAccount,
            details.Payment.Reference,
            details.Payment.Nonce,
            details.Payment.PspToken,
            details.Payment.ApiKeyId,
            details.Payment.CreatedAt,
            details.Payment.UpdatedAt,
            details.Payment.EndsAt,
            details.Payment.CancelRequestedAt,
            details.Payment.Declines,
            details.Payment.RowVersion,
            details.Payment.HistoryVersion,
            Orders = details.Orders.Select(order => new { order.PaymentOrderId, order.SellerAccount, order.Amount, order.PlatformFee, PaymentOrderStatus = order.PaymentOrderStatus.Word(), order.LedgerUpdated, order.WalletUpdated, order.Description }),
            Attempts = details.Attempts.Select(attempt => new { attempt.AttemptId, attempt.Number, attempt.State, attempt.PspToken, attempt.IntentId, attempt.StartedAt, attempt.EndedAt }),
            Charges = details.Charges.Select(charge => new { charge.ChargeId, charge.AttemptId, charge.IsPaid, charge.Amount, charge.Currency, charge.FailureCode, charge.DeclineCode, charge.CardBrand, charge.CardLast4, charge.CreatedAt }),
            History = details.History.Select(line => new { line.Version, From = line.FromStatus?.Word(), To = line.ToStatus.Word(), line.Cause, line.Actor, line.At }),
            Entries = details.Entries.Select(entry => new { entry.Id.Value, entry.Kind, entry.SourceId, entry.PostedAt, entry.EffectiveAt, entry.Memo, Lines = entry.Lines.Select(line => new { line.Account, Amount = line.Amount.Minor, line.Amount.Currency.Code }) }),
            Steps = details.Steps.Select(step => new { step.TaskId, step.Kind, step.SubjectId, step.State, step.DueAt, step.Tries, step.LastError }),
            FinanceTasks = details.FinanceTasks.Select(task => new { task.SessionId, task.Kind, task.State, task.Amount, task.Currency, task.CreatedAt, task.ClosedAt }),
            PspEvents = details.Notices,
            PspCalls = details.Talk.Select(line => new { line.Id.Value, line.Item, line.Verdict, line.ErrorCode, line.Exchange.Method, line.Exchange.Path, line.Exchange.PspKey, line.Exchange.HttpStatus, line.Exchange.RequestId, line.Exchange.StartedAt }),
        },
        Options);
}
