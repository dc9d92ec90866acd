using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>What a colleague wrote beside a payment. Never changed; sealed, because people write names into notes.</summary>
public sealed class PaymentNote
{
    public required string NoteId { get; init; }

    public required string CheckoutId { get; init; }

    public required string Author { get; init; }

    public required Sealed Text { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A note opened for a person who may see payments.</summary>
public sealed record PaymentNoteLine(string Id, DateTimeOffset At, string Author, string Text);

/// <summary>Writes and opens notes on payments.</summary>
public sealed class PaymentNotes(WriteLane lane, FieldCipher cipher, AuditLog audit)
{
    public const int MaxLength = 500;

    private const string Table = "payment_notes";

    public Task<Result<NoteId>> AddAsync(CheckoutId checkout, Actor actor, string text, CancellationToken cancellationToken)
    {
        var clean = text.Trim();
        if (clean.Length is 0 or > MaxLength || clean.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t')))
            return Task.FromResult<Result<NoteId>>(new Refusal(RefusalCodes.Invalid, 422, $"A note has 1 to {MaxLength} characters and no control characters.", "text"));
        return lane.RunAsync(unit => Add(unit, checkout, actor, clean), cancellationToken);
    }

    internal PaymentNoteLine Open(PaymentNote note) => new(note.NoteId, note.CreatedAt, note.Author, cipher.Open(Table, note.NoteId, "text", note.Text));

    private Result<NoteId> Add(UnitOfWork unit, CheckoutId checkout, Actor actor, string text)
    {
        if (PaymentRow.Find(unit, checkout) is null) return new Refusal(RefusalCodes.NotFound, 404, $"There is no payment {checkout}.");
        var id = unit.NewId<NoteId>();
        unit.Execute(
            "INSERT INTO payment_notes (note_id, checkout_id, author, text, created_at) VALUES ($1, $2, $3, $4, $5)",
            id.Value, checkout.Value, actor.Value, cipher.Seal(Table, id.Value, "text", text).Bytes, unit.Now);
        audit.Write(unit, new AuditEntry(actor, "payment.note", checkout.Value) { After = id.Value });
        return id;
    }
}

internal sealed class PaymentNoteMapping : IEntityTypeConfiguration<PaymentNote>
{
    public void Configure(EntityTypeBuilder<PaymentNote> builder)
    {
        builder.ToTable("payment_notes").HasKey(note => note.NoteId);
        builder.Property(note => note.NoteId).HasMaxLength(40);
        builder.Property(note => note.CheckoutId).HasMaxLength(40);
        builder.Property(note => note.Author).HasMaxLength(100);
        builder.Property(note => note.Text).IsSealed();
        builder.HasIndex(note => note.CheckoutId);
    }
}
