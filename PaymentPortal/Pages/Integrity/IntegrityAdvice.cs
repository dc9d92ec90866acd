namespace PaymentPortal.Pages.Integrity;

/// <summary>
/// What a person does about a broken rule. None is mended by a ledger entry: these rules say that rows agree with each other, and an entry on top of rows
/// that somebody changed would bury the trace and leave them as they are.
/// </summary>
internal static class IntegrityAdvice
{
    private const string Tampered = "Stop the program and keep the data folder as it is. Find who had access to it since the last good anchor. Then put back the newest backup that verifies, and compare it with the PSP.";
    private const string Damaged = "Stop the program, copy the data folder, and look at the disk. Then put back the newest backup that verifies.";
    private const string Derived = "The ledger and the histories are the truth here: if their chains are green, the row that is named was changed beside the program. Stop payouts of its seller or payment, keep a copy of the data, and put the row back from a backup that verifies.";
    private const string Access = "Somebody changed who may do what beside the program. Shut out whom the row names, end his sessions or revoke the key, and read in the audit log what was done by it since.";
    private const string Clock = "Check this machine's time service. Rows from the future end by themselves once their moment has passed.";
    private const string Work = "Look at the item that is named: a person can run its next step under Scheduled retries or redrive its dead letter. If it stays red, it is a fault of this program.";

    public static string For(string code) => code.Split('-')[0] switch
    {
        "chain" => Tampered,
        "store" => code == "store-02" ? Clock : Damaged,
        "ledger" or "sealed" => Tampered,
        "staff" or "keys" => Access,
        "retries" or "events" or "webhooks" or "analytics" => Work,
        _ => Derived,
    };
}
