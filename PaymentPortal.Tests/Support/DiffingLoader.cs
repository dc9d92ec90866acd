using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace PaymentPortal.Tests.Support;

/// <summary>Loads AngleSharp.Diffing, which bUnit wants in a version that not every feed has, from the folder the project file copied it to.</summary>
internal static class DiffingLoader
{
    private const string Name = "AngleSharp.Diffing";

#pragma warning disable CA2255 // The test assembly is the application here, and bUnit asks for the assembly before any test of ours runs.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Hook() => AssemblyLoadContext.Default.Resolving += Find;

    private static Assembly? Find(AssemblyLoadContext context, AssemblyName wanted) =>
        wanted.Name == Name ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "diffing", Name + ".dll")) : null;
}
