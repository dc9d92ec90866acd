using PaymentPortal.Cli;

return await Verbs.RunAsync(args, Terminal.Errors);
