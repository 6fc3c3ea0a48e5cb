using VideoGen.VendorSimulators;

// Every simulated vendor behind one port, each below its name: http://127.0.0.1:8300/kling. What happens is told by POST
// /_next/{vendor}/{behaviour} for the next create or read, /_always/{vendor}/{behaviour}, and /_keys/{vendor}/{key}/{behaviour}.
var media = await MadeMedia.DrawAsync();
var address = args is [var given, ..] ? given : Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:8300";
await using var vendors = await SimulatedVendors.StartAsync(address);
vendors.Makes = media.Of;
Console.WriteLine($"Simulated vendors at {vendors.Address}: {string.Join(", ", vendors.Names)}");
await vendors.WaitAsync();
