namespace PaymentPortal.Core.Integrity;

/// <summary>What must be true of who may do what: it is what the audit log, which is chained, tells of it.</summary>
public static class StaffInvariants
{
    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new SqlInvariant("staff-01", "Roles, and who is shut out, are the replay of what the audit log tells; once there was an admin, there is an enabled one.", """
            SELECT 'person ' || r.user_id || ' holds ' || r.role_id || ', which nobody gave' FROM staff_user_roles r
                WHERE NOT EXISTS (SELECT 1 FROM audit_log g WHERE g.object_id = r.user_id AND g.action IN ('staff.create', 'staff.role-give') AND g.after = r.role_id
                    AND NOT EXISTS (SELECT 1 FROM audit_log t WHERE t.object_id = g.object_id AND t.seq > g.seq AND t.action = 'staff.role-take' AND t.before = g.after))
            UNION ALL SELECT 'person ' || g.object_id || ' was given ' || g.after || ' by line ' || g.seq || ' of the audit log and does not hold it' FROM audit_log g WHERE g.action IN ('staff.create', 'staff.role-give')
                AND NOT EXISTS (SELECT 1 FROM audit_log t WHERE t.object_id = g.object_id AND t.seq > g.seq AND t.action = 'staff.role-take' AND t.before = g.after)
                AND NOT EXISTS (SELECT 1 FROM staff_user_roles r WHERE r.user_id = g.object_id AND r.role_id = g.after)
            UNION ALL SELECT 'person ' || u.id || CASE WHEN u.is_disabled = 1 THEN ' is shut out, and nobody did that' ELSE ' was shut out and is let in' END FROM staff_users u
                WHERE u.is_disabled <> COALESCE((SELECT CASE WHEN l.action = 'staff.disable' THEN 1 ELSE 0 END FROM audit_log l WHERE l.object_id = u.id AND l.action IN ('staff.disable', 'staff.enable') ORDER BY l.seq DESC LIMIT 1), 0)
            UNION ALL SELECT 'there is no enabled admin' FROM (SELECT COUNT(*) AS made FROM audit_log WHERE action IN ('staff.create', 'staff.role-give') AND after = 'Admin') AS admins
                WHERE made > 0 AND NOT EXISTS (SELECT 1 FROM staff_user_roles r JOIN staff_users u ON u.id = r.user_id WHERE r.role_id = 'Admin' AND u.is_disabled = 0)
            """),
        new SqlInvariant("keys-01", "Name, scopes and owner of each API key are those with which it was made, and it is revoked exactly when somebody revoked it.", """
            SELECT 'key ' || k.key_id || ' may do ' || k.scopes || ' for ' || COALESCE(k.owner_id, 'nobody') || ', and was not made so' FROM api_keys k
                WHERE NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.object_id = k.key_id AND l.action = 'api-key.create' AND l.after = k.name || ': ' || k.scopes || COALESCE(', owner ' || k.owner_id, ''))
            UNION ALL SELECT 'key ' || l.object_id || ' was made by line ' || l.seq || ' of the audit log and is not there' FROM audit_log l WHERE l.action = 'api-key.create'
                AND NOT EXISTS (SELECT 1 FROM api_keys k WHERE k.key_id = l.object_id)
            UNION ALL SELECT 'key ' || k.key_id || CASE WHEN k.revoked_at IS NULL THEN ' was revoked and lives' ELSE ' is revoked, and nobody did that' END FROM api_keys k
                WHERE (k.revoked_at IS NOT NULL) <> EXISTS (SELECT 1 FROM audit_log l WHERE l.object_id = k.key_id AND l.action = 'api-key.revoke')
            """),
    ];
}
