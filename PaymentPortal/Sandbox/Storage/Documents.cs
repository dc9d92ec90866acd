using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace PaymentPortal.Sandbox.Storage;

/// <summary>Reads and writes stored objects. The member "_" holds what only the sandbox may know; <see cref="Published"/> takes it out.</summary>
public static class Documents
{
    public const string Hidden = "_";

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject? Find(SandboxDb db, string account, string type, string id) =>
        db.Text("SELECT json FROM objects WHERE id = @0 AND type = @1 AND account = @2", id, type, account) is { } json ? Parse(json) : null;

    public static JsonObject? Find(SandboxUnit unit, string type, string id) => Find(unit.Db, unit.Account, type, id);

    /// <summary>For ids that the sandbox wrote itself: a miss is a bug.</summary>
    public static JsonObject Load(SandboxUnit unit, string type, string id) =>
        Find(unit, type, id) ?? throw new InvalidOperationException($"The sandbox lost {type} {id}.");

    public static void Insert(SandboxUnit unit, JsonObject document) =>
        unit.Db.Execute(
            "INSERT INTO objects(id, type, account, created, json) VALUES(@0, @1, @2, @3, @4)",
            document.Text("id"), document.Text("object"), unit.Account, (long?)document["created"] ?? unit.Seconds, Serialize(document));

    public static void Save(SandboxUnit unit, JsonObject document) =>
        unit.Db.Execute("UPDATE objects SET json = @1 WHERE id = @0", document.Text("id"), Serialize(document));

    public static void Delete(SandboxUnit unit, string id) => unit.Db.Execute("DELETE FROM objects WHERE id = @0", id);

    /// <summary>A copy as the outside may see it.</summary>
    public static JsonObject Published(JsonObject document)
    {
        var copy = (JsonObject)document.DeepClone();
        Publish(copy);
        return copy;
    }

    /// <summary>Takes the hidden members out, at every depth, for expanded objects bring theirs along.</summary>
    public static void Publish(JsonNode? node)
    {
        if (node is JsonObject document)
        {
            document.Remove(Hidden);
            foreach (var member in document)
            {
                Publish(member.Value);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Publish(item);
            }
        }
    }

    public static JsonObject HiddenOf(this JsonObject document)
    {
        if (document[Hidden] is not JsonObject hidden)
        {
            document[Hidden] = hidden = [];
        }

        return hidden;
    }

    public static string Text(this JsonObject document, string name) => (string)document[name]!;

    public static string? TextOrNull(this JsonObject document, string name) => (string?)document[name];

    public static long Whole(this JsonObject document, string name) => document[name]!.GetValue<long>();

    public static bool Flag(this JsonObject document, string name) => (bool?)document[name] ?? false;

    public static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    public static JsonObject FromFirstColumn(SqliteDataReader row) => Parse(row.GetString(0));

    public static string Serialize(JsonObject document) => document.ToJsonString(Compact);
}
