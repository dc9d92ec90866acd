using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>A key as people see it: never its secret.</summary>
public sealed record KeyLine(string Id, bool IsActive, bool IsRetired, long Values);

/// <summary>
/// Rotates and retires keys while everything runs. A new key is on disk, then named in the store, and only then writes: at no moment can data exist
/// under a key that a restart would not find.
/// </summary>
public sealed class KeyDesk(KeyRing keys, WriteLane lane, AuditLog audit, Resealer resealer)
{
    public async Task<IReadOnlyList<KeyLine>> ListAsync(CancellationToken cancellationToken)
    {
        var counts = await resealer.CountAsync(cancellationToken).ConfigureAwait(false);
        return [.. keys.Keys.Select(key => new KeyLine(key.Id, key == keys.Active, key.IsRetired, counts.GetValueOrDefault(key.Id)))];
    }

    /// <summary>The id of the new key, which writes from now on.</summary>
    public async Task<string> RotateAsync(Actor actor, CancellationToken cancellationToken)
    {
        var (before, fresh) = (keys.Active.Id, keys.AddToFile());
        await lane.RunAsync(
            unit =>
            {
                OpenStore.MarkKey(unit, fresh.Id);
                audit.Write(unit, new AuditEntry(actor, "key.rotate", fresh.Id) { Before = before, After = fresh.Id });
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
        keys.Use(fresh);
        return fresh.Id;
    }

    /// <summary>Lets a key open nothing any more. It goes on proving the rows that it signed, and the first one goes on making the indexes by which e-mails are found.</summary>
    public async Task<Result<string>> RetireAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        if (!keys.TryGet(id, out var key)) return new Refusal(RefusalCodes.NotFound, 404, $"There is no key {id}. The verb list-keys names them.");
        if (key == keys.Active) return new Refusal(RefusalCodes.StateConflict, 409, $"Key {id} is the one that writes. Rotate first; nothing was changed.");
        if (key.IsRetired) return id;
        var left = (await resealer.CountAsync(cancellationToken).ConfigureAwait(false)).GetValueOrDefault(id);
        if (left > 0) return new Refusal(RefusalCodes.StateConflict, 409, $"{left} values are still sealed under key {id}. They are sealed anew while the server runs; retire it when none is left. Nothing was changed.");
        await lane.RunAsync(
            unit =>
            {
                audit.Write(unit, new AuditEntry(actor, "key.retire", id));
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
        keys.Retire(key);
        return id;
    }
}
