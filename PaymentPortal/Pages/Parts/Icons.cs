namespace PaymentPortal.Pages.Parts;

/// <summary>The icons of the portal as paths on a 24 by 24 grid, drawn with a 2 px line: a few hundred bytes in place of a font of a megabyte.</summary>
internal static class Icons
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["home"] = "M3 11l9-8 9 8M5 9.5V21h5v-6h4v6h5V9.5",
        ["card"] = "M3 5h18a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM2 10h20M6 15h4",
        ["users"] = "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21v-1a6 6 0 0 1 6-6h2a6 6 0 0 1 6 6v1M16 3.2a4 4 0 0 1 0 7.6M22 21v-1a6 6 0 0 0-4-5.6",
        ["user"] = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21v-1a6 6 0 0 1 6-6h4a6 6 0 0 1 6 6v1",
        ["undo"] = "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
        ["inbox"] = "M2 13h6l2 3h4l2-3h6M5 4h14l3 9v6a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-6z",
        ["list"] = "M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01",
        ["retry"] = "M21 4v6h-6M3 20v-6h6M20 10a8.5 8.5 0 0 0-15-3.5M4 14a8.5 8.5 0 0 0 15 3.5",
        ["external"] = "M14 3h7v7M21 3l-9 9M18 14v6a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h6",
        ["book"] = "M4 19V5a2 2 0 0 1 2-2h14v18H6a2 2 0 0 1 0-4h14M9 7h7",
        ["scale"] = "M12 3v18M7 21h10M5 7h14M5 7l-3 7a3.2 3.2 0 0 0 6 0zM19 7l-3 7a3.2 3.2 0 0 0 6 0z",
        ["alert"] = "M12 3L1.8 20.5h20.4zM12 10v4M12 17.2h.01",
        ["send"] = "M22 2L11 13M22 2l-7 20-4-9-9-4z",
        ["check"] = "M4 12.5l5.5 5.5L20 7",
        ["check-circle"] = "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM8 12.4l2.8 2.8L16 9.8",
        ["circle"] = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
        ["x"] = "M5 5l14 14M19 5L5 19",
        ["x-circle"] = "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM9 9l6 6M15 9l-6 6",
        ["block"] = "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM5 5l14 14",
        ["clock"] = "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM12 6v6l4 2",
        ["progress"] = "M12 3a9 9 0 1 1-8.5 6",
        ["flag"] = "M5 22V3M5 4h13l-3 4.5L18 13H5",
        ["exclamation"] = "M12 4v10M12 19h.01",
        ["pending"] = "M8 4h8v3l-4 5 4 5v3H8v-3l4-5-4-5zM6 4h12M6 20h12",
        ["info"] = "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM12 11v6M12 7.5h.01",
        ["download"] = "M12 3v12M7 10l5 5 5-5M4 21h16",
        ["shield"] = "M12 2l8 3v6c0 5-3.4 9-8 11-4.6-2-8-6-8-11V5z",
        ["key"] = "M14.5 13a5 5 0 1 0-4.4-2.6L2 18.5V22h3.5v-2.5H8V17h2.5l2-2.4M15.5 7.5h.01",
        ["pulse"] = "M2 12h4.5l3-8 5 16 3-8H22",
        ["search"] = "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM21 21l-5-5",
        ["menu"] = "M3 6h18M3 12h18M3 18h18",
        ["help"] = "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM9 9.2a3 3 0 1 1 4.3 2.7c-.8.4-1.3 1-1.3 2.1M12 17.2h.01",
        ["sign-out"] = "M10 3H4v18h6M15 7l5 5-5 5M20 12H9",
        ["sun"] = "M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM12 1v2M12 21v2M4.2 4.2l1.4 1.4M18.4 18.4l1.4 1.4M1 12h2M21 12h2M4.2 19.8l1.4-1.4M18.4 5.6l1.4-1.4",
        ["moon"] = "M21 13A9 9 0 1 1 11 3a7 7 0 0 0 10 10z",
        ["monitor"] = "M3 4h18v12H3zM8 21h8M12 16v5",
        ["copy"] = "M9 9h11v12H9zM5 15H4V3h11v2",
        ["filter"] = "M3 5h18l-7 8.5V20l-4-2v-4.5z",
        ["first"] = "M18 5l-7 7 7 7M6 5v14",
        ["previous"] = "M15 5l-7 7 7 7",
        ["next"] = "M9 5l7 7-7 7",
        ["last"] = "M6 5l7 7-7 7M18 5v14",
        ["down"] = "M5 9l7 7 7-7",
        ["up"] = "M5 15l7-7 7 7",
        ["sliders"] = "M4 7h9M19 7h1M16 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17h1M11 17h9M8 20a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
        ["note"] = "M4 3h16v12l-6 6H4zM14 21v-6h6M8 8h8M8 12h4",
        ["lock"] = "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
    };

    public static string Path(string name) => Paths.TryGetValue(name, out var path) ? path : Paths["circle"];

    public static IReadOnlyCollection<string> Names => Paths.Keys;
}
