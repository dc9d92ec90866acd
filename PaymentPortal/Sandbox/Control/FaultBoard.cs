using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Control;

/// <summary>The faults in force. They are kept in the file with what is left of their times, so a restart neither heals nor renews them.</summary>
public sealed class FaultBoard
{
    private const string Setting = "faults";

    private readonly SandboxStore _store;
    private readonly Lock _lock = new();
    private FaultSettings _settings;

    public FaultBoard(SandboxStore store)
    {
        _store = store;
        _settings = store.Read(db => db.Text("SELECT value FROM settings WHERE name = @0", Setting)) is { } json
            ? JsonSerializer.Deserialize<FaultSettings>(json, ControlJson.Options)!
            : FaultSettings.None;
    }

    public FaultSettings Settings => Volatile.Read(ref _settings);

    public TimeSpan WebhookDelay => TimeSpan.FromMilliseconds(Settings.Webhooks.DelayMs);

    public Task SetAsync(FaultSettings settings) => ChangeAsync(_ => settings);

    public Task AddAsync(FaultRule rule) => ChangeAsync(now => now with { Rules = [.. now.Rules, rule] });

    /// <summary>Removes by what the rule says, not by its place: another may have gone meanwhile.</summary>
    public Task RemoveAsync(string mark) => ChangeAsync(now => now with { Rules = [.. now.Rules.Where(rule => MarkOf(rule) != mark)] });

    public Task ChangeAsync(Func<FaultSettings, FaultSettings> change)
    {
        lock (_lock)
        {
            _settings = change(_settings);
        }

        return KeepAsync();
    }

    /// <summary>Equal for rules that say the same, however often they have struck.</summary>
    public static string MarkOf(FaultRule rule) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(rule with { Times = null }, ControlJson.Options)))[..16];

    /// <summary>The first rule that strikes this request; striking uses up one of its times.</summary>
    public async Task<FaultRule?> TakeAsync(ApiRequest request)
    {
        foreach (var rule in Settings.Rules)
        {
            if (rule.Fits(request.Method, request.Path) && FitsMetadata(rule, request) && Chance.Strikes(rule.Probability) && UseUp(rule))
            {
                if (rule.Times is not null)
                {
                    await KeepAsync();
                }

                return rule;
            }
        }

        return null;
    }

    private bool UseUp(FaultRule rule)
    {
        if (rule.Times is null)
        {
            return true;
        }

        lock (_lock)
        {
            // A twin may have taken the rule's last time since we read the list.
            var rules = _settings.Rules.ToList();
            var place = rules.FindIndex(other => ReferenceEquals(other, rule) || SameButTimes(other, rule));
            if (place < 0)
            {
                return false;
            }

            rules[place] = rules[place] with { Times = rules[place].Times - 1 };
            _settings = _settings with { Rules = [.. rules.Where(left => left.Times is not 0)] };
            return true;
        }
    }

    private static bool SameButTimes(FaultRule one, FaultRule other) => one with { Times = 1 } == other with { Times = 1 };

    private bool FitsMetadata(FaultRule rule, ApiRequest request)
    {
        if (rule.Metadata is not { Count: > 0 } wanted)
        {
            return true;
        }

        var form = request.Form.Root;
        if (wanted.All(pair => form.Text("metadata", pair.Key) == pair.Value || form.Text("payment_intent_data", "metadata", pair.Key) == pair.Value))
        {
            return true;
        }

        return MetadataOfPath(request) is { } stored && wanted.All(pair => stored.TextOrNull(pair.Key) == pair.Value);
    }

    private JsonObject? MetadataOfPath(ApiRequest request) => _store.Read(db => request.Path.Split('/').Skip(3)
        .Select(segment => db.Text("SELECT json -> '$.metadata' FROM objects WHERE id = @0", segment))
        .FirstOrDefault(json => json is not null)) is { } json ? JsonNode.Parse(json) as JsonObject : null;

    private Task KeepAsync()
    {
        var json = JsonSerializer.Serialize(Settings, ControlJson.Options);
        return _store.WriteAsync(db => db.Execute("INSERT OR REPLACE INTO settings(name, value) VALUES(@0, @1)", Setting, json));
    }
}
